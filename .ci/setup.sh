# shellcheck shell=bash
# Sourced by ./parley, ./test and .ci/run: finds what they need; where it is missing, installs it with apt when root, and
# otherwise says in one line what to install.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Installs Debian packages. Fails, with the reason on standard error, when not root or when apt cannot.
install_packages() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
    echo "installing $*" >&2
    local log
    log=$(mktemp)
    # A failed update is not the end: an older list may still have the packages.
    if { DEBIAN_FRONTEND=noninteractive apt-get update -q || true
         DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"; } </dev/null >"$log" 2>&1; then
        rm -f -- "$log"
        return 0
    fi
    tail -n 5 -- "$log" >&2
    rm -f -- "$log"
    return 1
}

# Puts dotnet on the path when it is in one of its usual places.
find_dotnet() {
    local place
    command -v dotnet >/dev/null && return
    for place in "${DOTNET_ROOT:-/usr/share/dotnet}" /usr/share/dotnet /usr/lib/dotnet "${HOME:-/root}/.dotnet"; do
        if [ -x "$place/dotnet" ]; then
            PATH=$place:$PATH
            return
        fi
    done
    echo "Parley needs the .NET SDK 10: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
    exit 1
}

require_sdk() {
    find_dotnet
    if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
        echo "Parley is built with the .NET SDK 10, and $(command -v dotnet) has none: https://dotnet.microsoft.com/download/dotnet/10.0" >&2
        exit 1
    fi
}

# Builds the command of the source tree at $1 and compiles it ahead, into artifacts/parley: it starts in a third of the time. The console stays where
# it is built.
publish_program() {
    local tree=$1
    shift
    dotnet publish "$tree/src/Parley.Cli/Parley.Cli.csproj" -c Release -v quiet -nologo --disable-build-servers -p:WithConsole=false -o "$tree/artifacts/parley" "$@"
}

has_libsodium() {
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p 2>/dev/null | grep -F 'libsodium.so.23' >/dev/null
}

require_libsodium() {
    if has_libsodium || { install_packages libsodium23 && has_libsodium; }; then return; fi
    echo "Parley needs libsodium: apt-get install libsodium23" >&2
    exit 1
}

# True when PostgreSQL's server binaries are there. Debian keeps them off the path.
has_postgres() {
    local initdb
    for initdb in "$(command -v initdb || true)" /usr/lib/postgresql/*/bin/initdb; do
        if [ -x "$initdb" ]; then return 0; fi
    done
    return 1
}
