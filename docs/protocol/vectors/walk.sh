#!/usr/bin/env bash
# Walks through ../example.md with outside tools alone (jq, openssl, sha256sum, base32, od, and Go's sumdb packages where there is a Go): the bytes come out of the
# vectors, and each step is worked out anew. Ends with 1 at the first thing that does not hold.
set -euo pipefail
cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

holds() { echo "  holds: $1"; }
same() { [ "$1" = "$2" ] || { echo "does not hold: $3: $1, not $2" >&2; exit 1; }; holds "$3"; }
# An Ed25519 key of 32 bytes in hexadecimal as OpenSSL takes it (RFC 8410).
private_key() { printf '302e020100300506032b657004220420%s' "$1" | tr a-f A-F | basenc --base16 -d >"$2.der"; openssl pkey -inform DER -in "$2.der" -out "$2"; }
hex_of() { od -An -v -tx1 | tr -d ' \n'; }
# The text of a note is all up to its last blank line, with the newline before it.
text_of() { awk 'BEGIN { RS = "\001" } { at = 0; rest = $0; while ((i = index(rest, "\n\n")) > 0) { at += i + 1; rest = substr(rest, i + 2) } printf "%s", substr($0, 1, at - 1) }' "$1"; }
signature_of() { tail -n "+$1" "$2" | head -n 1 | sed 's/.* //' | base64 -d; }

echo "1. keys and card"
jq -j '.vectors[0].card.text' cards.json >"$work/us.card"
private_key "$(jq -r '.vectors[0].secrets.identity' cards.json)" "$work/us.key"
openssl pkey -in "$work/us.key" -pubout -outform DER | tail -c 32 >"$work/us.identity"
json=$(sed -n 2p "$work/us.card")
same "$(base64 <"$work/us.identity")" "$(jq -r .identity <<<"$json")" "the identity on the card is that of its seed"
text_of "$work/us.card" >"$work/card.text"
signature_of 4 "$work/us.card" | tail -c 64 >"$work/card.sig"
openssl pkey -in "$work/us.key" -pubout -out "$work/us.pub"
openssl pkeyutl -verify -pubin -inkey "$work/us.pub" -rawin -in "$work/card.text" -sigfile "$work/card.sig" >/dev/null && holds "the card is signed by its identity (LINE-3)"
same "$(sha256sum <"$work/us.identity" | cut -d' ' -f1)" "$(jq -r '.vectors[0].fingerprint' cards.json)" "the fingerprint is the SHA-256 of the identity (LINE-4)"
words=$(sha256sum <"$work/us.identity" | head -c 32 | fold -w 2 | while read -r byte || [ -n "$byte" ]; do sed -n "$((16#$byte + 1))p" ../words.txt; done | paste -sd ' ')
same "$words" "$(jq -r '.vectors[0].words' cards.json)" "and its words are those of words.txt"

echo "2. the line"
jq -j '.document.text' pushes.json >"$work/line"
digits=$(sha256sum <"$work/line" | head -c 40 | tr a-f A-F | basenc --base16 -d | base32 | tr A-Z a-z)
line=$(jq -r .slug "$work/line")-$digits
echo "  the line is $line (LINE-7)"

echo "3. the push of an opening"
jq -r '.vectors[0].push.hex' pushes.json | tr a-f A-F | basenc --base16 -d >"$work/push"
number() { local hex; hex=$(tail -c "+$(($1 + 1))" "$work/push" | head -c "$2" | hex_of); echo $((16#$hex)); }
part() { tail -c "+$(($1 + 1))" "$work/push" | head -c "$2"; }
offer=$(number 0 4)
part 4 "$offer" >"$work/offer"
same "$(head -n 1 "$work/offer")" "old 0" "it goes on from nothing (LINK-10)"
tail -n +3 "$work/offer" >"$work/note"
same "$(head -n 1 "$work/note")" "$line/us" "its checkpoint is one of this feed (LOG-3)"
at=$((4 + offer))
size=$(number $at 2)
part $((at + 2)) "$size" >"$work/header"
same "$(jq -r .line "$work/header")" "$line" "the entry is on this line"
at=$((at + 2 + size))
same "$(number $at 1)" 1 "a body follows (LINK-12)"
part $((at + 1)) 32 >"$work/salt"
size=$(number $((at + 33)) 2)
part $((at + 35)) "$size" >"$work/body"
same "sha256:$(cat "$work/salt" "$work/body" | sha256sum | cut -d' ' -f1)" "$(jq -r .body "$work/header")" "salt and body are those committed to (ENTRY-12)"
same "$(cat "$work/body")" "{\"document\":\"sha256:$(sha256sum <"$work/line" | cut -d' ' -f1)\"}" "it opens this document (LINE-11)"
leaf=$({ printf '\0'; cat "$work/header"; } | sha256sum | cut -d' ' -f1)
same "$(tr a-f A-F <<<"$leaf" | tr -d '\n' | basenc --base16 -d | base64)" "$(sed -n 3p "$work/note")" "the root of one leaf is its hash (LOG-1, LOG-2)"

echo "4. signatures"
private_key "$(jq -r '.vectors[0].secrets.log' cards.json)" "$work/log.key"
openssl pkey -in "$work/log.key" -pubout -out "$work/log.pub"
head -n 3 "$work/note" >"$work/note.text"
tail -n 1 "$work/note" | sed 's/.* //' | base64 -d >"$work/note.line"
tail -c 64 "$work/note.line" >"$work/note.sig"
openssl pkeyutl -verify -pubin -inkey "$work/log.pub" -rawin -in "$work/note.text" -sigfile "$work/note.sig" >/dev/null && holds "the checkpoint is signed by the log key (LOG-5)"
id=$({ printf '%s\n\001' "$line/us"; openssl pkey -in "$work/log.key" -pubout -outform DER | tail -c 32; } | sha256sum | head -c 8)
same "$(head -c 4 "$work/note.line" | hex_of)" "$id" "its key id follows from name, type and key (LOG-4)"
private_key "$(jq -r '.vectors[1].secrets.cosign' cards.json)" "$work/cosign.key"
openssl pkey -in "$work/cosign.key" -pubout -out "$work/cosign.pub"
jq -r '.vectors[0].cosignature' pushes.json | head -n 1 | sed 's/.* //' | base64 -d >"$work/cosignature"
tail -c 64 "$work/cosignature" >"$work/cosignature.sig"
time=$((16#$(tail -c +5 "$work/cosignature" | head -c 8 | hex_of)))
{ printf 'cosignature/v1\ntime %s\n' "$time"; cat "$work/note.text"; } >"$work/cosigned"
openssl pkeyutl -verify -pubin -inkey "$work/cosign.pub" -rawin -in "$work/cosigned" -sigfile "$work/cosignature.sig" >/dev/null && holds "the answer is the cosignature of ru, at $(date -u -d "@$time" +%FT%TZ) (LOG-13, LOG-14)"
echo "5. trees, proofs and notes, by Go's transparency log packages"
# Debian's golang-golang-x-mod-dev, or any GOPATH that has golang.org/x/mod.
gopath=${WALK_GOPATH:-/usr/share/gocode}
if command -v go >/dev/null && [ -d "$gopath/src/golang.org/x/mod/sumdb/tlog" ]; then
    GO111MODULE=off GOFLAGS='' GOPATH=$gopath go build -o "$work/walk" walk.go
    "$work/walk" . | sed 's/^/  holds: /'
else
    echo "  left out: no Go, or no golang.org/x/mod under $gopath (WALK_GOPATH)"
fi
echo "everything holds"
