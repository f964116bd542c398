#!/bin/sh
# Usage: run.sh BUILD [CLIENTS OPTIONS]: prints the conditions, then measures.
set -eu
build=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

version() {
    dpkg-query -W -f '${Package} ${Version}' "$1" 2>/dev/null || echo "$1 of unknown version"
}

tests/bench/machine.sh 'make bench-client'
cat <<EOF
Loopback; load average before it $(cut -d' ' -f1 /proc/loadavg). Beside klatch: $(version catgirl), $(version irssi), $(version weechat-curses).

A client in a terminal of 24 rows and 80 columns on one core, with its own default settings except those needed to join
the room; the server and the terminal emulator on the other. All receive the same messages at the same rate, each in its
own protocol; catgirl through TLS, as it supports nothing else (and it lets its small packets wait for the acknowledgement
of the one before, often 40 ms). "Start" ends when the client has connected, joined and shows the room's first line.
During the flood the view is scrolled up two pages, and a letter is typed or deleted about ten times a second. Medians;
in brackets minimum and maximum of all rounds; the median of two is the larger.
EOF
"$build/clients" "$@" "$build" "$dir"
