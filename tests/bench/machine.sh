#!/bin/sh
# Usage: machine.sh COMMAND: prints date, commit, command and machine of a measurement in Markdown.
cat <<EOF
# Measured

$(date -u '+%Y-%m-%d %H:%M UTC'), commit $(git rev-parse --short HEAD)$(git diff --quiet HEAD || echo ' with changes'), by \`$1\`.
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) cores, Linux $(uname -r), $(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release).
EOF
