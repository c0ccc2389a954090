#!/usr/bin/env python3
"""Sends a message, waits until every party holds it, and follows what happens on the line, with a client that make_client.py made.

  example.py http://127.0.0.1:7180 DIR/api.token LINE "The corridor is open"

Cut off, it goes on after the last entry that it saw: Last-Event-ID is that entry's place.
"""
import http.client
import json
import sys
import time

from parley_client import Parley, Refused

base, token_file, line, text = sys.argv[1:5]
with open(token_file, encoding="utf-8") as file:
    station = Parley(base, file.read().strip())

try:
    sent = station.send(line, {"text": text, "by": {"seat": "watch", "name": "A. Client"}}, wait="sealed", timeout=60)
except Refused as refused:
    raise SystemExit(f"refused ({refused.code}): {refused}")
print(sent["id"], "held by every party" if sent["sealed"] else "on the record; not every party holds it yet", flush=True)

last = None
while True:
    try:
        for event in station.events(line=line, headers={"Last-Event-ID": last} if last else None):
            if event.name == "entry":
                last = event.id
            print(event.name, json.dumps(event.data), flush=True)
    except (OSError, http.client.HTTPException):
        pass  # the station is away, or said nothing for a while
    time.sleep(1)
