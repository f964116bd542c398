#!/bin/sh
# Checks the sources against the table of folders in README.md, that no two files include or call each other in a
# circle, and that the tests of tests/README.md exist. Run after a build. Usage: tests/structure.sh BUILD-DIRECTORY
set -eu
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Prints the lines of standard input under a heading, and notes the failure. Does nothing without lines.
report() {
    cat >"$dir/found"
    [ -s "$dir/found" ] || return 0
    echo "structure: $1"
    sed 's/^/    /' "$dir/found"
    touch "$dir/failed"
}

# Prints the rows of the table as: folder, "pure" or "-", then each folder that it may include; and the files that a
# pure folder excepts ("pure, but for `clock`").
awk -F'|' '/^\| `(common|server|tui)/ {
    gsub(/[`,]/, ""); split($2, name, " "); n = split($4, pure, " ")
    print name[1], pure[1] == "pure" ? "pure" : "-", $3
    for (i = 4; i <= n; i++) print "^" name[1] "/" pure[i] "[ .]" > except }' except="$dir/except" README.md >"$dir/rules"
touch "$dir/except"
[ -s "$dir/rules" ] || echo 'no row "| `FOLDER` | may include | pure |"' | report "README.md has no table of folders:"

find common server tui -name '*.[ch]' | sort >"$dir/files"
xargs grep -Hn '^ *# *include' <"$dir/files" >"$dir/includes" || true

sed 's|/[^/]*$||' "$dir/files" | sort -u | while read -r folder; do
    grep -q "^$folder " "$dir/rules" || echo "$folder"
done | report "folders without a row in the table of README.md:"

awk -F: 'NR == FNR { n = split($0, w, " "); for (i = 3; i <= n; i++) may[w[1], w[i]] = 1; next }
    match($3, /"[^"]*"/) {
        to = substr($3, RSTART + 1, RLENGTH - 2); sub(/\/[^\/]*$/, "", to)
        from = $1; sub(/\/[^\/]*$/, "", from)
        split(from, here, "/"); split(to, there, "/")
        all = (from, "everything") in may && (there[1] == here[1] || to == "common")
        if (from != to && !((from, to) in may) && !all) print
    }' "$dir/rules" "$dir/includes" | report "includes that the table of README.md does not allow:"

find tests -name '*.c' -exec sed -n '/^Test(/{ /,$/N; s/^Test(\([a-z_0-9]*\),[ \n]*\([a-z_0-9]*\).*/\1\/\2/p; }' {} + | sort >"$dir/tests"
grep -o '`[a-z_0-9]*/[a-z_0-9]*`' tests/README.md | tr -d '`' | sort -u | grep '^\(client\|server\)_' | comm -23 - "$dir/tests" |
    report "tests that tests/README.md names and that do not exist:"

# The C library's names that a pure folder may use: none reaches a socket, clock, terminal, file or the environment.
headers='assert|endian|errno|getopt|inttypes|limits|search|stdarg|stdbool|stddef|stdint|stdio|stdlib|string'
headers="$headers|sys/queue|sysexits|cjson/cJSON|utf8proc|unicode/[a-z]*"
calls='mem(cpy|move|set|cmp|chr|rchr|mem)|str(len|nlen|cmp|ncmp|casecmp|ncasecmp|chr|rchr|chrnul|str|casestr|cpy|ncpy|cat|spn|cspn|pbrk|dup|ndup|sep|tol|toul|toll|toull)'
calls="$calls|stpcpy|malloc|calloc|realloc|reallocarray|free|abort|qsort|bsearch|v?snprintf|v?asprintf|strerror|optarg"
calls="$calls|t(search|find|delete|walk|destroy)|utf8proc_[a-z_]*|u(spoof|casemap)?_[A-Za-z0-9]*_[0-9]*|cJSON_[A-Za-z]*|__errno_location|__assert_fail"
calls="$calls|gmtime_r|timegm|strftime|strptime|__stack_chk_fail|__[a-z]*_chk|__isoc23_strto[ul]*|_GLOBAL_OFFSET_TABLE_|__(asan|ubsan|gcov)_.*"
awk '$2 == "pure" { print $1 }' "$dir/rules" | while read -r folder; do
    grep "^$folder/[^/]*:" "$dir/includes" | grep '<' | grep -vE "<($headers)\.h>" |
        grep -v '^common/record\.c:.*<time\.h>' | grep -vf "$dir/except" || true
done | report "system headers in pure folders:"

# Lists which object uses a name that another object defines, and the names that no object defines.
sed -n 's/\.c$//p' "$dir/files" | while read -r file; do
    nm -P "$build/obj/$file.o" | awk -v file="$file" '{ print ($2 == "U" || $2 == "w" ? "uses" : $2 ~ /[A-Z]/ ? "has" : "-"), file, $1 }'
done >"$dir/symbols"
awk '$1 == "has" { owner[$3] = $2; next } $1 == "uses" { use[++n] = $2 " " $3 }
    END { for (i = 1; i <= n; i++) { split(use[i], u, " ")
        if (u[2] in owner) { if (owner[u[2]] != u[1]) print u[1], owner[u[2]] > edges } else print use[i] } }' \
    edges="$dir/calls" "$dir/symbols" | sort -u >"$dir/outside"
awk '$2 == "pure" { print $1 }' "$dir/rules" | while read -r folder; do
    grep "^$folder/[^/]* " "$dir/outside" | grep -vE " ($calls)$" | grep -vf "$dir/except" || true
done | report "calls out of pure folders:"

awk -F: 'match($3, /"[^"]*"/) { to = substr($3, RSTART + 1, RLENGTH - 2); sub(/\.h$/, "", to); from = $1
    sub(/\.[ch]$/, "", from); if (from != to) print from, to }' "$dir/includes" | tsort 2>&1 >/dev/null |
    grep -v 'contains a loop' | report "files that include each other in a circle:"
sort -u "$dir/calls" | tsort 2>&1 >/dev/null |
    grep -v 'contains a loop' | report "files that call each other in a circle:"

# The only files that may use each library.
only() {
    grep "<$1" "$dir/includes" | grep -vE "^($2):" | report "$1 is known to $2 alone:"
}
only 'cjson/' 'common/packet\.c'
only 'n\?curses\|<panel' 'tui/terminal/tty\.c|tui/ui/drawing/render\.c|tui/ui/drawing/draw\.h'
only 'unicode/' 'server/room/lookalike\.c'
only 'seccomp' 'common/syscall_filter\.h'
only 'linux/landlock' 'common/landlock\.h'
only 'sys/epoll' 'server/net/poller\.c|server/system/sandbox\.c|server/server\.c|tui/net/connector\.c'

[ ! -e "$dir/failed" ]
