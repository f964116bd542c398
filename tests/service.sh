#!/bin/sh
# Checks klatchd's units with systemd's tools: they are valid, their exposure is at most 1.0, they
# allow every system call that klatchd makes from start to end, and code that runs inside klatchd can do
# nothing with the calls that they allow (tests/intruder). Does not start them. Usage: service.sh
# BUILD
set -eu
build=$(realpath "$1")
server=$(realpath "$(dirname "$0")/../server")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

sed "s|/usr/bin/klatchd|$build/klatchd|" "$server/klatchd.service" >"$dir/klatchd.service"
cp "$server/klatchd.socket" "$dir"
systemd-analyze verify --man=no "$dir/klatchd.service" "$dir/klatchd.socket"
systemd-analyze security --offline=true --no-pager --threshold=10 "$server/klatchd.service" >"$dir/score" ||
    { grep '✗' "$dir/score"; tail -n 1 "$dir/score"; exit 1; }

# Lists the system calls of these names; a name may be a set.
expand() {
    for name; do
        case $name in
        @*) expand $(systemd-analyze syscall-filter "$name" | grep -o '^  *[@a-z][a-z0-9_-]*$') ;;
        *) echo "$name" ;;
        esac
    done
}

await() {
    tries=0
    until grep -qs "$1" "$dir/log"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { echo "klatchd never logged: $1" >&2; cat "$dir/log" >&2; exit 1; }
        sleep 0.05
    done
}

# Runs klatchd with these options from start to end, with a new log.
live() {
    rm -f "$dir/log"
    timeout -k 5 60 strace -f -D -o "$dir/trace" "$build/klatchd" --config "$dir/conf" "$@" \
        2>"$dir/log" &
    await 'listening on'
    pid=$(sed -n 's/^\([0-9]*\) .*/\1/p;q' "$dir/trace")
    where=$(sed -n 's/.*listening on \([^ ]*\)\( port \)\{0,1\}/\1 /p;' "$dir/log")
    echo hello | timeout 20 "$build/klatch" --pipe -n bob $where >/dev/null
    await 'bob left the chat'
    mv "$dir/journal" "$dir/journal.1"
    echo 'history 9' >"$dir/conf"
    kill -HUP "$pid"
    await 'history is 9'
    kill -USR1 "$pid"
    await 'metrics:'
    kill -TERM "$pid"
    wait $!
    sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$dir/trace" >>"$dir/called"
}

words=$(sed -n 's/^SystemCallFilter=//p' "$server/klatchd.service")
expand $words | sort -u >"$dir/allowed"
echo 'history 5' >"$dir/conf"
live --journal "$dir/journal" --journal-sync second "unix:$dir/room"
echo 'history 5' >"$dir/conf"
NOTIFY_SOCKET=@klatchd-nobody live --journal "$dir/journal" --journal-sync always 127.0.0.1 0
sort -u "$dir/called" >"$dir/calls"
if ! missing=$(comm -23 "$dir/calls" "$dir/allowed") || [ -n "$missing" ]; then
    echo "klatchd.service does not allow:" $missing >&2
    exit 1
fi
echo "$(wc -l <"$dir/calls") calls, each of them allowed by klatchd.service"
"$build/intruder" -c "$dir/allowed" "$build/klatchd" "$build/intruder.so"
