import json
import sys
import urllib.request


def verdict(text):
    """listed, official, no_record or unreadable"""
    ask = urllib.request.Request(
        "{url}/v1/check",
        json.dumps({"q": text}).encode(),
        {"Content-Type": "application/json", "Accept": "text/plain"},
    )
    with urllib.request.urlopen(ask, timeout=5) as answer:
        return answer.read().decode().strip()


print(verdict(sys.argv[1]))
