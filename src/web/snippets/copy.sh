curl -sS --fail --compressed \
  -u "$CLIENT_ID:$CLIENT_SECRET" \
  -o listings.csv.new \
  '{url}/v1/feed/snapshot?format=csv' &&
  mv listings.csv.new listings.csv
