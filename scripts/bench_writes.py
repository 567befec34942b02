"""The part of scripts/bench that measures durable writes: proposals and confirmations, asked by wrk over many connections."""

import pathlib
import re
import subprocess
import tempfile

# The first number: those of a demo with a hundred thousand listings end before it.
FIRST = 200_000
# Proposes numbers that nobody proposed before, and keeps the ids.
PROPOSE = """
local n, ids = NEXT, io.open(OUT, "w")
request = function()
  n = n + 1
  local number = string.format("0950%06d", n)
  return wrk.format("POST", "/v1/listings", HEADERS, '{"identifier":{"q":"' .. number .. '"},"method":"khac"}')
end
response = function(status, headers, body)
  if status == 201 then ids:write(body:match('"id":"([^"]+)"'), "\\n") end
end
"""
# Confirms what another person proposed, each once.
CONFIRM = """
local ids, n = {}, 0
for line in io.lines(IN) do ids[#ids + 1] = line end
request = function()
  n = n + 1
  return wrk.format("POST", "/v1/listings/" .. (ids[n] or ids[#ids]) .. "/confirm", HEADERS, '{"reason":"x"}')
end
"""


def wrk(url, script, clients, seconds):
    """Requests a second, and how many were refused."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-s", file.name, url]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1]), int(refused[1]) if refused else 0


def lua(headers):
    return "{" + ", ".join(f'["{name}"] = \'{value}\'' for name, value in headers.items()) + "}"


class Writes:
    """Rounds of proposals and of their confirmations."""

    def __init__(self, url, officer, supervisor, folder, clients, seconds):
        self.url, self.officer, self.supervisor = url, officer, supervisor
        self.ids = pathlib.Path(folder) / "ids"
        self.clients, self.seconds, self.first = clients, seconds, FIRST

    def headers(self, person, **more):
        return lua({**person, "Content-Type": "application/json", **more})

    def proposals(self):
        script = PROPOSE.replace("NEXT", str(self.first)).replace("OUT", f"'{self.ids}'").replace("HEADERS", self.headers(self.officer))
        rate, refused = wrk(self.url, script, self.clients, self.seconds)
        assert not refused, f"{refused} proposals were refused"
        self.first += int(rate * self.seconds * 1.2) + 1000
        return rate

    def confirmations(self):
        script = CONFIRM.replace("IN", f"'{self.ids}'").replace("HEADERS", self.headers(self.supervisor, **{"If-Match": '"1"'}))
        # For half the time, so that what was proposed is enough.
        rate, refused = wrk(self.url, script, self.clients, self.seconds // 2)
        assert not refused, f"{refused} confirmations were refused"
        return rate
