#!/usr/bin/env node
// Sends a message, waits until every party holds it, and follows what happens on the line, over the station's API.
//
//   node client.ts http://127.0.0.1:7180 DIR/api.token LINE "The corridor is open"
//
// Needs Node 22.18 or newer, which takes the types away, and nothing else. Where an answer is lost it asks again under the same
// Idempotency-Key: what was done once is not done twice. Cut off, it goes on after the last entry that it saw.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { argv, exit, stderr } from "node:process";

interface Sent {
  id: string;
  sealed: boolean;
}

interface Problem {
  code: string;
  title: string;
}

const [base, tokenFile, line, text] = argv.slice(2);
const token = (await readFile(tokenFile, "utf8")).trim();
const pause = () => new Promise((done) => setTimeout(done, 1000));

/** One request; a refusal ends the program with the station's own reason and its stable code. */
async function ask(path: string, headers: Record<string, string>, body?: unknown): Promise<Response> {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (answer.ok) return answer;
  const problem = (await answer.json()) as Problem;
  stderr.write(`refused (${problem.code}): ${problem.title}\n`);
  exit(1);
}

/** Done once, however often it must be sent. After a restart of the station it says so (other-run) instead of doing it again. */
async function send(): Promise<Sent> {
  const station = (await (await ask("/station", {})).json()) as { startedAt: string };
  const once = { "idempotency-key": randomUUID().replaceAll("-", ""), "parley-run": station.startedAt };
  const message = { text, by: { seat: "watch", name: "A. Client" } };
  for (;;) {
    try {
      return (await (await ask(`/lines/${line}/entries?wait=sealed&timeout=60`, once, message)).json()) as Sent;
    } catch {
      await pause(); // the answer is lost: nobody knows whether it was done, and the key makes it safe to ask
    }
  }
}

const sent = await send();
console.log(sent.id, sent.sealed ? "held by every party" : "on the record; not every party holds it yet");

let last = "";
for (;;) {
  try {
    const answer = await ask(`/events?line=${line}`, last ? { "last-event-id": last } : {});
    let rest = "";
    let event = { id: "", name: "", data: "" };
    for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const raw of lines) {
        const colon = raw.indexOf(":");
        const field = colon < 0 ? raw : raw.slice(0, colon);
        const value = colon < 0 ? "" : raw.slice(colon + 1).replace(/^ /, "");
        if (field === "id") event.id = value;
        else if (field === "event") event.name = value;
        else if (field === "data") event.data += value;
        else if (raw === "" && event.name !== "") {
          // An event counts at its empty line, and not before.
          if (event.name === "entry") last = event.id;
          console.log(event.name, event.data);
          event = { id: "", name: "", data: "" };
        }
      }
    }
  } catch {
    // The station is away.
  }
  await pause();
}
