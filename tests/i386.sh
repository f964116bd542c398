#!/bin/sh
# Builds klatchd for i386 in a new Debian system, and runs the server's tests with it on this amd64 kernel: on i386,
# sockets use socketcall(2), times have another size, and system calls have other names. Needs root and a mirror. It takes
# some minutes, so run it by hand. Usage: i386.sh BUILD-DIRECTORY
set -eu
build=$(realpath "$1")
dir=$(mktemp -d)
chmod 755 "$dir"
trap 'rm -rf "$dir"' EXIT
root=$dir/root

debootstrap --arch=i386 --variant=minbase \
    --include=gcc,libc6-dev,make,pkg-config,libcjson-dev,libicu-dev,libncurses-dev,libseccomp-dev,libssl-dev,libutf8proc-dev \
    bookworm "$root" >"$dir/log" 2>&1 || { tail "$dir/log"; exit 1; }
mkdir -p "$root/src" "$dir/run/build"
cp -r Makefile common server tests "$root/src"
chroot "$root" make -C /src -j2 WERROR=-Werror build/klatchd

# The tests run what is in the folder build where they are.
cat >"$dir/run/build/klatchd" <<END
#!/bin/sh
exec $root/lib/ld-linux.so.2 --library-path $root/lib/i386-linux-gnu:$root/usr/lib/i386-linux-gnu \
    --argv0 klatchd $root/src/build/klatchd "\$@"
END
chmod +x "$dir/run/build/klatchd"
cp "$build/klatch" "$build/tests" "$dir/run/build"
cp -r common server tests "$dir/run"
cd "$dir/run"
build/tests -j2 --timeout 120 --filter 'server_*/*'
