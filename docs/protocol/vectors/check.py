#!/usr/bin/env python3
"""Works out anew, with Python's standard library alone, what the vectors say of hashes, names and proofs."""
import base64
import hashlib
import json
import os
import sys

FOLDER = os.path.dirname(os.path.abspath(__file__))
CHECKED = 0


def load(group):
    with open(os.path.join(FOLDER, group + ".json"), encoding="utf-8") as file:
        return json.load(file)


def data(value):
    return value["text"].encode() if "text" in value else bytes.fromhex(value["hex"])


def sha(value):
    return hashlib.sha256(value).digest()


def same(found, expected, name):
    global CHECKED
    CHECKED += 1
    if found != expected:
        sys.exit(f"{name}: {found!r} is not {expected!r}")


def leaf(value):  # LOG-1
    return sha(b"\0" + value)


def node(left, right):
    return sha(b"\1" + left + right)


def root(leaves):  # LOG-2
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node(root(leaves[:k]), root(leaves[k:]))


def includes(index, size, hash_, proof, wanted):  # RFC 9162, 2.1.3.2
    if index >= size:
        return False
    fn, sn = index, size - 1
    for p in proof:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            hash_ = node(p, hash_)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            hash_ = node(hash_, p)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and hash_ == wanted


def extends(old, size, old_root, new_root, proof):  # RFC 9162, 2.1.4.2
    if not 0 < old < size or not proof:
        return False
    if old & (old - 1) == 0:
        proof = [old_root] + proof
    fn, sn = old - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = proof[0]
    for c in proof[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(c, fr), node(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return sn == 0 and fr == old_root and sr == new_root


def key_id(name, kind, key):  # LOG-4
    return sha(name.encode() + b"\n" + bytes([kind]) + key)[:4].hex()


def headers():
    for v in load("headers")["vectors"]:
        if not v["taken"]:
            continue
        header = data(v["header"])
        same(leaf(header).hex(), v["leaf"], v["name"])
        read = json.loads(header)
        same(f'{read["from"]}/{read["seq"]}', v["id"], v["name"])
        if "salt" in v:
            same("sha256:" + sha(bytes.fromhex(v["salt"]) + data(v["body"])).hex(), read["body"], v["name"])


def trees():
    leaves = [leaf(f"entry {i}".encode()) for i in range(257)]
    for v in load("trees")["vectors"]:
        if "leaves" in v:
            same(root(leaves[: v["leaves"]]).hex(), v["root"], v["name"])
            continue
        proof = [bytes.fromhex(h) for h in v["proof"]]
        new = bytes.fromhex(v["root"])
        if "old" in v:
            same(root(leaves[: v["old"]]).hex(), v["oldRoot"], v["name"])
            holds = extends(v["old"], v["size"], bytes.fromhex(v["oldRoot"]), new, proof)
        else:
            holds = includes(v["index"], v["size"], bytes.fromhex(v["leaf"]), proof, new)
        same(holds, v["holds"], v["name"])


def cards():
    with open(os.path.join(FOLDER, "..", "words.txt"), encoding="ascii") as file:
        words = file.read().split()
    same(len(set(words)), 256, "words.txt")
    for v in load("cards")["vectors"]:
        if not v["taken"]:
            continue
        body = json.loads(data(v["card"]).decode().split("\n")[1])
        same(body["party"], v["party"], v["name"])
        print_ = sha(base64.b64decode(body["identity"]))
        same(print_.hex(), v["fingerprint"], v["name"])
        same(" ".join(words[b] for b in print_[:16]), v["words"], v["name"])


def lines():
    for v in load("lines")["vectors"]:
        if not v["taken"]:
            continue
        document = data(v["document"])
        hash_ = sha(document)
        same(hash_.hex(), v["fingerprint"], v["name"])
        read = json.loads(document)
        digits = base64.b32encode(hash_[:20]).decode().lower()
        same(f'{read["slug"]}-{digits}', v["line"], v["name"])
        same('{"document":"sha256:%s"}' % hash_.hex(), v["opening"], v["name"])
        for feed, note in zip(v["feeds"], read["cards"]):
            card = json.loads(note.split("\n")[1])
            log, cosign = base64.b64decode(card["log"]), base64.b64decode(card["cosign"])
            origin = f'{v["line"]}/{card["party"]}'
            same(origin, feed["origin"], v["name"])
            same(f'{origin}+{key_id(origin, 1, log)}+{base64.b64encode(bytes([1]) + log).decode()}', feed["logKey"], v["name"])
            name = card["party"]
            same(f'{name}+{key_id(name, 4, cosign)}+{base64.b64encode(bytes([4]) + cosign).decode()}', feed["cosignKey"], v["name"])


def checkpoints():
    for v in load("checkpoints")["vectors"]:
        if v["taken"]:
            text = data(v["note"]).decode().split("\n")
            same(int(text[1]), v["size"], v["name"])
            same(base64.b64decode(text[2]).hex(), v["root"], v["name"])


def pushes():
    """Of every push that is taken: the entries hash to the root, and bodies are those committed to."""
    for v in load("pushes")["vectors"]:
        if v["status"] != 200:
            continue
        leaves = []
        for push in [data(b) for b in v["before"]] + [data(v["push"])]:
            length = int.from_bytes(push[:4], "big")
            offer, at = push[4 : 4 + length].decode(), 4 + length
            lines_ = offer.split("\n\n", 1)[1].split("\n")
            while len(leaves) < int(lines_[1]):
                size = int.from_bytes(push[at : at + 2], "big")
                header = push[at + 2 : at + 2 + size]
                at += 2 + size
                disposition = push[at]
                at += 1
                if disposition == 1:
                    salt, size = push[at : at + 32], int.from_bytes(push[at + 32 : at + 34], "big")
                    body = push[at + 34 : at + 34 + size]
                    at += 34 + size
                    same("sha256:" + sha(salt + body).hex(), json.loads(header)["body"], v["name"])
                leaves.append(leaf(header))
            same(base64.b64encode(root(leaves)).decode(), lines_[2], v["name"])
        same(len(leaves), v["size"], v["name"])


for check in (headers, trees, cards, lines, checkpoints, pushes):
    check()
print(f"{CHECKED} values are as the vectors say")
