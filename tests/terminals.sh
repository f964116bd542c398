#!/bin/bash
# shellcheck disable=SC2317 # finish is called by trap
# Presses the Alt keys, Ctrl+J and Shift+Enter, and turns the wheel, in klatch in real terminals, each on a virtual
# display: xterm with its defaults, and after a program left modifyOtherKeys on; VTE, in xfce4-terminal. Reads their
# effect in the server's journal and in klatch's output to the terminal.
# Usage: terminals.sh BUILD-DIRECTORY
set -euo pipefail
build=$(realpath "$1") scratch=$(mktemp -d)
export HOME=$scratch XDG_CONFIG_HOME=$scratch/none DISPLAY=:$((90 + RANDOM % 900)) NO_AT_BRIDGE=1
export LC_ALL=C.UTF-8 USER=ada LOGNAME=ada
unset NO_COLOR TMUX SSH_TTY
failed=0

finish() {
    kill "${pids[@]}" 2>/dev/null || true
    rm -rf "$scratch"
}
pids=()
trap finish EXIT

fail() {
    echo "terminals.sh: $terminal: $*" >&2
    failed=1
}

# Waits until a command succeeds, at most ten seconds.
await() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.05
    done
    return 1
}

open_room() {
    rm -f "$scratch/journal"
    "$build/klatchd" --journal "$scratch/journal" --shutdown-delay 0 127.0.0.1 0 2>"$scratch/log" &
    server=$!
    pids+=("$server")
    await grep -q 'listening on 127.0.0.1 port' "$scratch/log"
    port=$(sed -n 's/.*listening on 127.0.0.1 port //p' "$scratch/log")
}

# The script in the terminal: asks whether Alt sends ESC (DECRQM of mode 1036) before and after klatch, and records
# klatch's output.
write_session() {
    cat >"$scratch/session" <<SESSION
#!/bin/bash
ask() {
    stty raw -echo min 0 time 5
    printf '\033[?1036\$p'
    head -c 32 >"$scratch/\$1"
    stty sane
}
ask before
printf '%b' '${1:-}'
timeout --foreground 60 script -qfc "$build/klatch --theme dark -n ada 127.0.0.1 $port" "$scratch/screen"
printf '%b' '${1:+\033[>4m}'
ask after
touch "$scratch/over"
SESSION
    chmod +x "$scratch/session"
    rm -f "$scratch/screen" "$scratch/over"
}

shows() { await grep -qaF -- "$1" "$scratch/screen" || fail "the screen never shows: $1"; }
says() { await grep -qF "\"msg\":\"$1\"" "$scratch/journal" || fail "nobody hears: $1; but: $(tail -n 1 "$scratch/journal")"; }
key() { xdotool key --clearmodifiers --delay 30 "$@"; }
types() { xdotool type --delay 15 -- "$1"; }

# use CLASS: selects the window of the terminal that was started.
use() {
    if ! await xdotool search --onlyvisible --class "$1" || ! await grep -qaF connected "$scratch/screen"; then
        fail "does not start: $(cat "$scratch/terminal")"
        exit 1
    fi
    window=$(xdotool search --onlyvisible --class "$1" | head -n 1)
    xdotool windowfocus --sync "$window"
}

press_all() {
    key alt+p && shows 'No earlier mentions.'
    key alt+n && shows 'No later mentions.'
    key alt+u && shows 'No unread lines.'
    key alt+equal && shows 'leaves are hidden'
    key alt+t && key alt+t
    key alt+l && shows '└' && key Escape
    key alt+less && key alt+greater
    for break in "${breaks[@]}"; do
        types 'one' && key "$break" && types "$break" && key Return
        says "one\\n$break"
    done
    types 'aa bb cc' && key alt+b alt+b && types X && key Return
    says 'aa Xbb cc'
    types 'dd ee ff' && key Home alt+f && types X && key Return
    says 'ddX ee ff'
    types 'gg hh ii' && key Home alt+d Return
    says ' hh ii'
    types 'jj kk ll' && key alt+BackSpace Return
    says 'jj kk '
    xdotool mousemove --window "$window" 100 100
    types 'a draft' && xdotool click 4 click 4 click 5 && key Return
    says 'a draft'
    key ctrl+c
    await test -e "$scratch/over" || fail 'Ctrl+C does not leave klatch'
    cmp -s "$scratch/before" "$scratch/after" || fail 'mode 1036 is not what it was'
    kill "$emulator" 2>/dev/null || true
    wait "$emulator" 2>/dev/null || true
    kill "$server"
    wait "$server" || true
}

# in_xterm NAME LEFT-ON [OPTION...]: LEFT-ON is the output of an earlier program. By default, xterm uses Alt+Enter for
# its full-screen mode; there, Ctrl+J inserts a line break.
in_xterm() {
    terminal=$1
    open_room
    write_session "$2"
    xterm "${@:3}" -e "$scratch/session" >"$scratch/terminal" 2>&1 &
    emulator=$!
    pids+=("$emulator")
    use xterm
    press_all
}

in_vte() {
    terminal=xfce4-terminal
    open_room
    write_session
    dbus-run-session -- xfce4-terminal --disable-server --hide-menubar -x "$scratch/session" >"$scratch/terminal" 2>&1 &
    emulator=$!
    pids+=("$emulator")
    use xfce4-terminal
    press_all
}

Xvfb "$DISPLAY" -noreset -screen 0 1280x1024x24 >/dev/null 2>&1 &
pids+=($!)
await xdotool getdisplaygeometry

breaks=(ctrl+j shift+Return)
in_xterm 'xterm' ''
breaks=(ctrl+j shift+Return alt+Return)
in_xterm 'xterm with 8-bit Alt' '' -xrm '*omitTranslation: fullscreen' \
    -xrm '*metaSendsEscape: false' -xrm '*altSendsEscape: false' -xrm '*eightBitInput: true'
in_xterm 'xterm with modifyOtherKeys left on' '\033[>4;2m' -xrm '*omitTranslation: fullscreen'
breaks=(ctrl+j alt+Return)
in_vte
exit "$failed"
