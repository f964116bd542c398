#!/usr/bin/env bash
# shellcheck disable=SC2317 # the places are called by their names
# Checks that the manuals are well formed, that the completions parse, and that all of them contain the
# same options as --help. Usage: options.sh BUILD-DIRECTORY
set -euo pipefail
cd "$(dirname "$0")/.."
build=$1
failed=0

fail() {
    echo "options.sh: $*" >&2
    failed=1
}

names() {
    sed 's/.*[^A-Za-z-]//' | sort -u
}

# Lists the options that a text describes: those at the start of a line.
in_help() {
    "$build/$1" --help | grep -E '^ +-' | grep -oE '(^|[ ,])--?[A-Za-z][a-z-]*' | names
}

in_manual() {
    grep '^\.It Fl' "$2".[18] | grep -oE 'Fl -?[A-Za-z][a-z-]*' | sed 's/Fl /Fl -/' | names
}

# Lists the options that bash offers after a dash.
in_bash() {
    bash -c '. "$2.bash"; COMP_WORDS=("$1" -) COMP_CWORD=1; "_$1"; printf "%s\n" "${COMPREPLY[@]}"' \
        bash "$@" | names
}

in_fish() {
    fish --no-config -c "complete -e -c $1; source $2.fish; complete -C '$1 -'" | cut -f 1 | names
}

# zsh offers the arguments of _arguments; here, _arguments prints them, without exclusion lists.
in_zsh() {
    zsh -fc '_arguments() { print -rl -- "$@" }; . "$1"' zsh "./$2.zsh" |
        sed -nE 's/^\*?(\([^)]*\))?(--?[A-Za-z][a-z-]*)[+=]?\[.*/\2/p' | names
}

# Ignores references to manuals that are not on this machine.
check_manuals() {
    local said
    said=$(mandoc -T lint -W all "$@" 2>/dev/null || true)
    said=$(grep -v 'referenced manual not found' <<<"$said" || true)
    [ -z "$said" ] || fail "$said"
}

compare() {
    local place differ
    for place in manual bash zsh fish; do
        differ=$(diff <(in_help "$@") <("in_$place" "$@")) && continue
        fail "$1: --help (<) and $place (>) differ:"$'\n'"$(grep '^[<>]' <<<"$differ")"
    done
}

check_manuals tui/klatch.1 server/klatchd.8 common/klatch-protocol.5
for source in tui/klatch server/klatchd; do
    for shell in bash zsh fish; do $shell -n "$source.$shell" || fail "$source.$shell does not parse"; done
    compare "${source##*/}" "$source"
done
exit "$failed"
