#!/bin/sh
# Usage: attack.sh BUILD [MILLISECONDS [ATTACK]]: measures klatchd under attacks, in a network
# namespace whose loopback interface has the addresses of the server, the members and the attacker.
set -eu
if [ -z "${BENCH_APART+x}" ]; then
    apart=-n
    [ "$(id -u)" = 0 ] || apart=-rn
    exec env BENCH_APART=1 unshare $apart "$0" "$@"
fi
PATH=$PATH:/usr/local/sbin:/usr/sbin
ip link set lo up
ip address add 192.0.2.1/24 dev lo
ip address add 198.51.100.1/24 dev lo

build=$1
shift
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
"$build/attack" "$build" "$dir" "$@"
