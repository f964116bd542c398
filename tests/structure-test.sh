#!/bin/sh
# Plants a violation of each rule that tests/structure.sh checks, in a copy of the sources, and expects it to be found.
# Run after a build. Usage: tests/structure-test.sh BUILD-DIRECTORY
set -eu
build=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

copy() {
    rm -rf "$dir/tree"
    mkdir -p "$dir/tree/build"
    cp -R README.md common server tui "$dir/tree"
    cp -R "$build/obj" "$dir/tree/build"
}

# Expects the check to fail and to say this. Usage: expect WORDS PLANT
expect() {
    if out=$(cd "$dir/tree" && "$OLDPWD/tests/structure.sh" build); then
        echo "structure-test: not found: $2" >&2
        exit 1
    fi
    case $out in
    *"$1"*) copy ;;
    *)  printf 'structure-test: %s is found for another reason:\n%s\n' "$2" "$out" >&2
        exit 1 ;;
    esac
}

# Adds an include to a file and expects it to be found. Usage: include FILE HEADER WORDS
include() {
    echo "#include $2" >>"$dir/tree/$1"
    expect "$3" "$1 includes $2"
}

# Adds a function to a file, compiles it and expects it to be found. Usage: call FILE DECLARATION CALL WORDS
call() {
    printf '%s;\nvoid planted(void);\nvoid planted(void) { (void)%s; }\n' "$2" "$3" >>"$dir/tree/$1"
    (cd "$dir/tree" && ${CC:-cc} -std=c17 -D_GNU_SOURCE -I. -w -c -o "build/obj/${1%.c}.o" "$1")
    expect "$4" "$1 calls $3"
}

copy
first=$(sed -n 's/^| `\(\(common\|server\|tui\)[a-z/]*\)` |.*| pure.*/\1/p' README.md)
[ -n "$first" ]
for folder in $first; do
    file=$(find "$folder" -maxdepth 1 -name '*.c' | grep -v 'clock\|error' | sort | head -n 1)
    for header in sys/socket.h time.h termios.h fcntl.h unistd.h; do
        include "$file" "<$header>" "system headers in pure folders"
    done
    call "$file" 'long time(long *)' 'time(0)' "calls out of pure folders"
done
outside="includes that the table of README.md does not allow"
sed -n 's/^| `\(\(common\|server\|tui\)[a-z/]*\)` |.*/\1/p' README.md | while read -r folder; do
    file=$(find "$folder" -maxdepth 1 -name '*.c' | sort | head -n 1)
    case $folder in tui*) other=server/room/room.h ;; *) other=tui/core/session.h ;; esac
    include "$file" "\"$other\"" "$outside"
done
include common/frame.c '"server/base/buffer.h"' "$outside"
include server/room/ring.c '"server/system/log.h"' "$outside"
include server/net/listener.c '"server/store/journal.h"' "$outside"
include server/store/journal.c '"server/net/listener.h"' "$outside"
include server/system/log.c '"server/room/ring.h"' "$outside"
include tui/editor/line_editor.c '"tui/core/outbox.h"' "$outside"
include tui/net/connection.c '"tui/core/outbox.h"' "$outside"
include tui/core/outbox.c '"tui/ui/layout.h"' "$outside"
include tui/stdio/line_mode.c '"tui/ui/layout.h"' "$outside"
mkdir "$dir/tree/server/misc"
echo >"$dir/tree/server/misc/misc.c"
: | ${CC:-cc} -xc -c -o "$dir/misc.o" -
mkdir "$dir/tree/build/obj/server/misc"
cp "$dir/misc.o" "$dir/tree/build/obj/server/misc"
expect "folders without a row" "server/misc"
include common/frame.h '"common/packet.h"' "include each other in a circle"
call common/frame.c 'const char *packet_decode(void *, void *)' 'packet_decode(0, 0)' "call each other in a circle"
include server/room/session.c '<cjson/cJSON.h>' "is known to"
include tui/ui/layout.c '<curses.h>' "is known to"
include server/net/connection.c '<sys/epoll.h>' "is known to"
include server/net/connection.c '<seccomp.h>' "is known to"
