#!/bin/sh
# Usage: run.sh BUILD [BENCH OPTIONS]: prints the conditions, then measures. Uses a network namespace
# where the system allows one: without other traffic, and with reno, which does not pace as bbr does.
set -eu
if [ -z "${BENCH_APART+x}" ]; then
    apart=-n
    [ "$(id -u)" = 0 ] || apart=-rn
    if unshare $apart true 2>/dev/null; then
        exec env BENCH_APART=1 unshare $apart "$0" "$@"
    fi
    BENCH_APART=
fi
if [ -n "$BENCH_APART" ]; then
    ip link set lo up
    echo reno >/proc/sys/net/ipv4/tcp_congestion_control || true
fi 2>/dev/null

build=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
PATH=$PATH:/usr/local/sbin:/usr/sbin

tests/bench/machine.sh 'make bench'
cat <<EOF
Loopback$([ -z "$BENCH_APART" ] || echo ', in a network namespace of its own'), $(cat /proc/sys/net/ipv4/tcp_congestion_control); load average before it $(cut -d' ' -f1 /proc/loadavg)$(chrt -p $$ 2>/dev/null | sed -n 's/.*policy: /, /p').

One room, N members, every member gets every message: 64 bytes of text. The server has one core, the load generator
another. Medians of interleaved rounds; *spread* is how far the rounds of a server lie apart (largest minus smallest, by
their median), the median of all servers. *floor* is a server that parses nothing and sends all that was read in
one iteration once to each client: the least work possible with send(2). Other programs on the machine reduce deliveries
a second more than they raise CPU per delivery: compare the latter first.
EOF
"$build/bench" "$@" "$build" "$dir"
