#!/usr/bin/env bash
# Checks that the same sources give the same bytes: the tarball, from a clone and from itself; the
# programs, in any directory. Usage: dist.sh
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

fail() {
    echo "dist.sh: $*" >&2
    exit 1
}

tarball() {
    make --no-print-directory -C "$1" dist
}

unpack() {
    mkdir -p "$2"
    tar -xf "$1" -C "$2" --strip-components=1
}

first=$(tarball .)
cp "$first" "$root"
first=$root/${first##*/}
cmp "$(tarball .)" "$first" || fail "the tarball is another one the second time"

unpack "$first" "$root/one"
unpack "$first" "$root/somewhere/else/altogether"
cmp "$(tarball "$root/one")" "$first" || fail "the unpacked tarball makes another one"
for place in one somewhere/else/altogether; do
    make -s -j2 -C "$root/$place" >"$root/log" 2>&1 || fail "$(cat "$root/log")"
done
for program in klatch klatchd; do
    cmp "$root/one/build/$program" "$root/somewhere/else/altogether/build/$program" ||
        fail "$program depends on where it is built"
done
