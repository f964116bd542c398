#!/usr/bin/env bash
# Checks make install and make uninstall: all files are there and work; files that the administrator
# has changed stay; nothing else is left. Usage: install.sh BUILD-DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
root=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$root"' EXIT

fail() {
    echo "install.sh: $*" >&2
    exit 1
}

make_to() {
    make --no-print-directory B="$build" DESTDIR="$root" "$@" >"$root.log" 2>&1 || fail "$(cat "$root.log")"
    rm -f "$root.log"
}

expect_files() {
    diff <(cd "$root" && find . ! -type d -printf '%m %P\n' | sort -k 2) <(sort -k 2) ||
        fail "missing (>), or should not be there (<)"
}

# Checks that a file contains the installed path of another one.
expect_named() {
    grep -qF "$2" "$root$1" || fail "$1 does not say $2"
}

expect_chat() {
    local line said
    exec 3< <(exec "$1/klatchd" 127.0.0.1 0 2>&1)
    server=$!
    read -r -t 10 line <&3 || fail "klatchd says nothing"
    said=$(echo hello | timeout 10 "$1/klatch" --pipe -n bot 127.0.0.1 "${line##* port }")
    [[ $said == *'"msg":"hello"'* ]] || fail "nothing came back: $said"
    kill "$server"
    server=
    exec 3<&-
}

make_to install
expect_files <<'END'
755 usr/local/bin/klatch
755 usr/local/bin/klatchd
644 usr/local/etc/klatch/klatchd.conf
644 usr/local/lib/systemd/system/klatchd.service
644 usr/local/lib/systemd/system/klatchd.socket
644 usr/local/share/bash-completion/completions/klatch
644 usr/local/share/bash-completion/completions/klatchd
644 usr/local/share/fish/vendor_completions.d/klatch.fish
644 usr/local/share/fish/vendor_completions.d/klatchd.fish
644 usr/local/share/man/man1/klatch.1
644 usr/local/share/man/man5/klatch-protocol.5
644 usr/local/share/man/man8/klatchd.8
644 usr/local/share/zsh/site-functions/_klatch
644 usr/local/share/zsh/site-functions/_klatchd
END
expect_named /usr/local/lib/systemd/system/klatchd.service /usr/local/bin/klatchd
expect_named /usr/local/lib/systemd/system/klatchd.service /usr/local/etc/klatch/klatchd.conf
expect_named /usr/local/share/man/man8/klatchd.8 /usr/local/etc/klatch/klatchd.conf
expect_chat "$root/usr/local/bin"

echo "history 7" >>"$root/usr/local/etc/klatch/klatchd.conf"
make_to install
expect_named /usr/local/etc/klatch/klatchd.conf "history 7"
make_to uninstall
expect_files <<<"644 usr/local/etc/klatch/klatchd.conf"
rm -r "$root/usr/local/etc/klatch"

elsewhere=(PREFIX=/usr bindir=/srv/bin mandir=/srv/man unitdir=/srv/unit datarootdir=/srv)
make_to "${elsewhere[@]}" install
expect_named /srv/unit/klatchd.service "/srv/bin/klatchd --config /etc/klatch/klatchd.conf"
[ -f "$root/srv/man/man1/klatch.1" ] || fail "mandir does not count"
expect_chat "$root/srv/bin"
make_to "${elsewhere[@]}" uninstall
expect_files </dev/null
[ -z "$(find "$root" -name '*klatch*')" ] || fail "a directory of ours is left"
