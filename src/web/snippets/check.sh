curl -sS --fail --max-time 5 {url}/v1/check \
  -H 'Accept: text/plain' \
  -H 'Content-Type: application/json' \
  -d '{"q": "0950 001 001"}'
