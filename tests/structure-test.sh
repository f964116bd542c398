#!/bin/sh
# Plants violations of every kind that tests/structure.sh looks for, all in one copy of the sources, and expects it to
# name each of them. Run after a build. Usage: tests/structure-test.sh BUILD-DIRECTORY
set -eu
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/tree/build"
cp -R README.md common server tui tests "$dir/tree"
cp -R "$build/obj" "$dir/tree/build"
cd "$dir/tree"

# Adds an include to a file; the check must print the file's name with it. Usage: include FILE HEADER
include() {
    echo "#include $2" >>"$1"
    printf '%s:[0-9]*:#include %s$\n' "$1" "$2" >>"$dir/expected"
}

# Adds a call to a file and compiles it; the check must print these words. Usage: call FILE DECLARATION CALL WORDS
call() {
    printf '%s;\nvoid planted(void);\nvoid planted(void) { (void)%s; }\n' "$2" "$3" >>"$1"
    ${CC:-cc} -std=c17 -D_GNU_SOURCE -I. -w -c -o "build/obj/${1%.c}.o" "$1"
    echo "$4" >>"$dir/expected"
}

# The first source file of a folder, without those that the table excepts.
first_source() {
    find "$1" -maxdepth 1 -name '*.c' | grep -v '/clock\|/error' | sort | head -n 1
}

rows='^| `\(\(common\|server\|tui\)[a-z/]*\)` |'
for folder in $(sed -n "s/$rows.*| pure.*/\1/p" README.md); do
    file=$(first_source "$folder")
    call "$file" 'long time(long *)' 'time(0)' "    ${file%.c} time$"
    for header in sys/socket.h time.h termios.h fcntl.h unistd.h; do
        include "$file" "<$header>"
    done
done
for folder in $(sed -n "s/$rows.*/\1/p" README.md); do
    case $folder in tui*) other=server/room/room.h ;; *) other=tui/core/session.h ;; esac
    include "$(first_source "$folder")" "\"$other\""
done
while read -r file header; do include "$file" "$header"; done <<EOF
common/frame.c "server/base/buffer.h"
server/room/ring.c "server/system/log.h"
server/net/listener.c "server/store/journal.h"
server/store/journal.c "server/net/listener.h"
server/system/log.c "server/room/ring.h"
tui/editor/line_editor.c "tui/core/outbox.h"
tui/net/connection.c "tui/core/outbox.h"
tui/core/outbox.c "tui/ui/layout.h"
tui/stdio/line_mode.c "tui/ui/layout.h"
server/room/session.c <cjson/cJSON.h>
tui/ui/layout.c <curses.h>
server/net/connection.c <sys/epoll.h>
server/net/connection.c <seccomp.h>
EOF
echo '#include "common/packet.h"' >>common/frame.h
call common/json_scan.c 'const char *packet_decode(void *, void *)' 'packet_decode(0, 0)' 'tsort: common/json_scan$'
mkdir server/misc build/obj/server/misc
echo >server/misc/misc.c
${CC:-cc} -xc -c -o build/obj/server/misc/misc.o /dev/null
echo '    server/misc$' >>"$dir/expected"
echo '`client_exit/by_magic`' >>tests/README.md
echo '    client_exit/by_magic$' >>"$dir/expected"

if tests/structure.sh build >"$dir/output"; then
    echo "structure-test: tests/structure.sh finds nothing" >&2
    exit 1
fi
for heading in "without a row" "does not allow" "system headers" "calls out of" "include each other" "call each other" \
    "cjson/ is known" "seccomp is known" "sys/epoll is known" "panel is known" "do not exist"; do
    grep -q "$heading" "$dir/output" || { echo "structure-test: not reported: $heading" >&2; exit 1; }
done
while read -r line; do
    grep -q -- "$line" "$dir/output" || { echo "structure-test: not found: $line" >&2; exit 1; }
done <"$dir/expected"
