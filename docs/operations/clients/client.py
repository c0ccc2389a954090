#!/usr/bin/env python3
"""Sends a message, waits until every party holds it, and follows what happens on the line, over the station's API.

  client.py http://127.0.0.1:7180 DIR/api.token LINE "The corridor is open"

Needs Python 3.9 and nothing else. Cut off, it goes on after the last entry that it saw: Last-Event-ID is that entry's place.
"""
import http.client, json, secrets, sys, time, urllib.error, urllib.request

base, token_file, line, text = sys.argv[1:5]
with open(token_file, encoding="utf-8") as file:
    token = file.read().strip()


def ask(path, body=None, headers=None, timeout=90):
    """One request; a refusal is raised with the station's own reason and its stable code."""
    request = urllib.request.Request(f"{base}/api/v1{path}", None if body is None else json.dumps(body).encode())
    request.add_header("Authorization", f"Bearer {token}")
    if body is not None:
        request.add_header("Content-Type", "application/json")
    for name, value in (headers or {}).items():
        request.add_header(name, value)
    try:
        return urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as refused:
        problem = json.load(refused)
        raise SystemExit(f"refused ({problem['code']}): {problem['title']}")


# With a key of its own the act is done once, however often it must be sent; a station that was started since says so instead.
key = {"Idempotency-Key": secrets.token_hex(16), "Parley-Run": json.load(ask("/station"))["startedAt"]}
message = {"text": text, "by": {"seat": "watch", "name": "A. Client"}}
while True:
    try:
        sent = json.load(ask(f"/lines/{line}/entries?wait=sealed&timeout=60", message, key))
        break
    except (OSError, http.client.HTTPException):
        time.sleep(1)  # the answer is lost: nobody knows whether it was done, and the key makes it safe to ask
print(sent["id"], "held by every party" if sent["sealed"] else "on the record; not every party holds it yet", flush=True)

last = ""
while True:
    try:
        name, data = "", ""
        for raw in ask(f"/events?line={line}", headers={"Last-Event-ID": last} if last else {}, timeout=60):
            field, _, value = raw.decode().rstrip("\n").partition(":")
            value = value.removeprefix(" ")
            if field == "id": pending = value
            elif field == "event": name = value
            elif field == "data": data += value
            elif not field and name:  # an event counts at its empty line, and not before
                if name == "entry": last = pending
                print(name, data, flush=True)
                name, data = "", ""
    except (OSError, http.client.HTTPException):
        time.sleep(1)  # the station is away, or said nothing for a minute
