#!/usr/bin/env bash
# Builds the source package in a clean system; in another one, installs the packages, chats, and
# purges them: they must leave nothing. debootstrap makes the systems, from MIRROR if it is set; needs
# root and a network. Usage: deb.sh DIRECTORY, which contains the packages of .packaging/deb
set -euo pipefail
packages=$(cd "$1" && pwd)
# shellcheck source=/dev/null
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
root=$(mktemp -d)
trap 'rm -rf --one-file-system "$root"' EXIT
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

fail() {
    echo "deb.sh: $*" >&2
    exit 1
}

# Runs shell commands in a system, in process and mount namespaces that end with them.
inside() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork sh -c \
        'mount -t proc proc "$1/proc" && exec chroot "$1" sh -euc "$2"' sh "$root/$1" "$2" \
        >"$root/log" 2>&1 || fail "in the system $1: $2"$'\n'"$(tail -n 40 "$root/log")"
}

# Lists all files that a package could leave, without the records of apt and dpkg.
everything() {
    (cd "$root/run" && find . -xdev ! -path './var/lib/dpkg/*' ! -path './var/lib/apt/*' \
        ! -path './var/cache/*' ! -path './var/log/*' ! -path './tmp/*' | sort)
}

debootstrap --variant=minbase "$suite" "$root/build" ${MIRROR:+"$MIRROR"} >"$root/log" 2>&1 ||
    fail "$(tail "$root/log")"
inside build 'apt-get update'
cp -a "$root/build" "$root/run"

mkdir "$root/build/src"
cp "$packages"/*.dsc "$packages"/*.orig.tar.gz "$packages"/*.debian.tar.xz "$root/build/src"
inside build 'apt-get install -y --no-install-recommends build-essential
    cd /src && apt-get build-dep -y --no-install-recommends -P nocheck ./*.dsc
    dpkg-source -x ./*.dsc tree && cd tree
    DEB_BUILD_OPTIONS=nocheck DEB_BUILD_PROFILES=nocheck dpkg-buildpackage -b --no-sign'

mkdir "$root/run/tmp/debs"
cp "$root"/build/src/klatch_*.deb "$root"/build/src/klatchd_*.deb "$root/run/tmp/debs"
cp "$root"/build/src/tree/debian/tests/chat "$root/run/tmp"
mkdir -p "$root/run/var/lib/private" # as under systemd
before=$(everything)
inside run 'apt-get install -y --no-install-recommends /tmp/debs/*.deb'
inside run '/tmp/chat; klatch --help; klatchd --help'
[ -L "$root/run/etc/systemd/system/multi-user.target.wants/klatchd.service" ] ||
    fail "the service would not start with the system"

# The service's own directory, as systemd would make it.
mkdir "$root/run/var/lib/private/klatch"
ln -s private/klatch "$root/run/var/lib/klatch"
touch "$root/run/var/lib/klatch/journal"
inside run 'apt-get remove -y klatch klatchd; test ! -e /usr/bin/klatchd
    test -f /etc/klatch/klatchd.conf; test -f /var/lib/klatch/journal'
inside run 'apt-get purge -y klatch klatchd; apt-get autoremove -y --purge'
diff <(echo "$before") <(everything) || fail "something is left (>)"
