#!/bin/sh
# Opens a room on this machine: a server of its own on a free loopback port, and a client in it.
# When the client leaves, the server ends. Usage: run-local.sh BUILD-DIRECTORY [CLIENT-OPTION...]
set -u
build=$1
shift

# The server's first line says where it listens; the rest of its log goes to a file.
fifo=$(mktemp -u "$build/log.XXXXXX") && mkfifo -m 600 "$fifo" || exit 1
"$build/klatchd" 127.0.0.1 0 2>"$fifo" &
server=$!
exec 3<"$fifo"
rm -f "$fifo"
trap 'kill "$server" 2>/dev/null; wait "$server"' EXIT
trap "" INT

read -r first <&3
case $first in
*"listening on 127.0.0.1 port "*) port=${first##* } ;;
*) echo "$first" >&2 && exit 1 ;;
esac
cat <&3 >"$build/klatchd.log" &

"$build/klatch" "$@" 127.0.0.1 "$port"
