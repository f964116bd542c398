#!/bin/sh
# Runs the unit tests, and klatchd under the soak, in valgrind's memcheck. Fails on every error, and on
# every block that is not freed. klatchd runs without its sandbox, which forbids calls of valgrind.
# Usage: memcheck.sh BUILD
set -eu
build=$1
dir=$build/memcheck
mkdir -p "$dir"
rm -f "$dir"/*.log

check="valgrind -q --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all"
printf '#!/bin/sh\nexec %s --log-file=%s/klatchd.%%p.log %s/klatchd --no-sandbox "$@"\n' \
    "$check" "$dir" "$build" >"$dir/klatchd"
chmod +x "$dir/klatchd"
"$build/soak" -m -d 200000 "$dir"
# Each test is a separate process under valgrind, so only short suites run.
$check --trace-children=yes --log-file="$dir/tests.%p.log" "$build/tests" -j2 --filter \
    '@(address|frame|ring|room|presence|server_session|buffer|shutdown|schedule|deadlines|server_connection)/*'
! cat "$dir"/*.log | grep .
