#!/usr/bin/env bash
# Builds the officers' console into console/dist when it is missing or older than its sources; does nothing when it is current.
# Exit 0: it is there. 1: it is not, and standard error says why; a station then runs without it. With --install, Node.js is installed
# with apt where it is missing and this is root. After a failure nothing is tried again until a source changes (or Node.js appears).
set -euo pipefail
root=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/.." && pwd -P)
# shellcheck source=.ci/setup.sh
. "$root/.ci/setup.sh"

console=$root/console dist=$root/console/dist
stamp=$root/artifacts/console.stamp failed=$root/artifacts/console.failed log=$root/artifacts/console-build.log
# What the build tools ask for (vite 8).
node_major=20 node_minor=19

[ -f "$console/package.json" ] || exit 1

# True when nothing that the build reads is newer than the file.
unchanged_since() {
    [ -z "$(find "$console" \( -name node_modules -o -name 'dist*' \) -prune -o -newer "$1" ! -path "$console" -print -quit)" ]
}

is_current() { [ -f "$dist/index.html" ] && [ -f "$stamp" ] && unchanged_since "$stamp"; }

# Where a newer Node.js is put for the build alone, where the machine's own is too old (Debian 12 has 18). It comes by npm, as everything else here does.
own_node=$root/artifacts/node own_node_version=22.23.3

fetch_node() {
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    if [ ! -x "$own_node/node_modules/node/bin/node" ]; then
        echo "parley: Node.js $(node --version) is too old for the console's build: fetching $own_node_version for it, into $own_node…" >&2
        npm install --prefix "$own_node" --no-save --no-audit --no-fund "node@$own_node_version" </dev/null >"$log" 2>&1 || return 1
    fi
    PATH=$own_node/node_modules/node/bin:$PATH
    has_node
}

has_node() {
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    local version
    version=$(node --version)
    version=${version#v}
    local major=${version%%.*} minor=${version#*.}
    minor=${minor%%.*}
    [ "$major" -gt "$node_major" ] || { [ "$major" = "$node_major" ] && [ "$minor" -ge "$node_minor" ]; }
}

give_up() {
    echo "$1" >"$failed"
    echo "parley: $2" >&2
    exit 1
}

# Every text in the smaller forms that browsers take, beside it.
compress() {
    node --input-type=module -e '
        import { readdirSync, readFileSync, writeFileSync } from "node:fs";
        import { join } from "node:path";
        import { brotliCompressSync, gzipSync } from "node:zlib";
        for (const entry of readdirSync(process.argv[1], { recursive: true, withFileTypes: true })) {
            if (!entry.isFile() || !/\.(js|css|html|svg|json|txt|webmanifest)$/.test(entry.name)) continue;
            const path = join(entry.parentPath, entry.name), content = readFileSync(path);
            if (content.length < 1024) continue;
            writeFileSync(path + ".br", brotliCompressSync(content));
            writeFileSync(path + ".gz", gzipSync(content, { level: 9 }));
        }' "$1"
}

build() {
    cd -- "$console"
    local locked
    locked=$(sha256sum package-lock.json)
    if [ ! -f node_modules/.parley-lock ] || [ "$(cat node_modules/.parley-lock)" != "$locked" ]; then
        npm ci --no-audit --no-fund || return 1
        echo "$locked" >node_modules/.parley-lock
    fi
    # Apart, and then put in place: a station that starts meanwhile reads the old one or the new one.
    rm -rf dist.new
    npm run build -- --outDir dist.new --emptyOutDir || return 1
    compress dist.new || return 1
    rm -rf dist
    mv dist.new dist
}

if is_current; then exit 0; fi
mkdir -p "$root/artifacts"
exec 8>"$root/artifacts/console.lock"
flock 8
if is_current; then exit 0; fi
if [ -f "$failed" ] && unchanged_since "$failed" && { [ "$(cat "$failed")" != node ] || ! has_node; } && [ "${1:-}" != --install ]; then exit 1; fi
if ! has_node && [ "${1:-}" = --install ]; then install_packages nodejs npm || true; fi
has_node || fetch_node || give_up node "the console needs Node.js $node_major.$node_minor or newer to be built; the station runs without it"

echo "parley: building the console…" >&2
: >"$stamp.new" # what is edited while the build runs is newer than this, and is built next time
if ! (build) </dev/null >"$log" 2>&1 8>&-; then
    tail -n 20 -- "$log" >&2
    give_up build "the console was not built; what was said stands above and in $log. The station runs without it"
fi
rm -f -- "$failed"
mv -- "$stamp.new" "$stamp"
