#!/bin/sh
# Runs one fuzz target, $1, for $2 executions, or a tenth of that where each is a whole session. New
# inputs go to build/corpus; those under tests/fuzz/corpus are where it starts from.
set -eu
name=${1##*/}
runs=$2
longest=1024
case $name in
session | client | frontend | tls) runs=$((runs / 10)) ;;
text | nick | http | bans | chat_line) longest=256 ;; # nothing in them looks back further
esac
mkdir -p "build/corpus/$name"
"$1" -runs="$runs" -artifact_prefix="$1-" -verbosity=0 -print_final_stats=1 -timeout=30 \
    -max_len="$longest" "build/corpus/$name" "tests/fuzz/corpus/$name" >"$1.log" 2>&1 || {
    echo "  FUZZ  $name failed:"
    tail -n 40 "$1.log"
    exit 1
}
printf '  FUZZ  %-8s %9s runs, %6s a second\n' "$name" \
    "$(sed -n 's/^stat::number_of_executed_units: *//p' "$1.log")" \
    "$(sed -n 's/^stat::average_exec_per_sec: *//p' "$1.log")"
