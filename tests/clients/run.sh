#!/bin/sh
# Usage: run.sh BUILD [OPTIONS OF clients]: says what was measured where, then measures.
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

A client in a terminal of 24 rows and 80 columns, on one core, with the settings it comes with but those that take it into
the room; what talks to it, and the terminal, on the other. All hear the same words at the same pace, each in its own
protocol; catgirl's through TLS, which is all it speaks (and it lets its small packets wait for the other side to
acknowledge the one before, often 40 ms). It has started when it was run, has connected, was let in and shows the first
line said there. In the flood somebody has scrolled up two pages, and types a letter or takes it back about ten times a
second. Medians; in brackets the least and the most of all rounds; of two the greater is the median.
EOF
"$build/clients" "$@" "$build" "$dir"
