#!/bin/bash
# Takes the pictures in screenshots/ of real sessions: several people, each with a klatch of their own
# in a tmux, and one of them seen through a terminal emulator on a display of its own.
# Usage: make.sh BUILD-DIRECTORY OUTPUT-DIRECTORY
set -euo pipefail
build=$(realpath "$1") out=$(realpath "$2") here=$(realpath "$(dirname "$0")")
scratch=$(mktemp -d)
export HOME=$scratch XDG_CONFIG_HOME=$scratch/none DISPLAY=:$((90 + RANDOM % 900)) NO_AT_BRIDGE=1
export LC_ALL=C.UTF-8 USER=ada LOGNAME=ada
unset NO_COLOR TMUX

tmux() { command tmux -S "$scratch/tmux" -f "$here/tmux.conf" "$@"; }

finish() {
    tmux kill-server 2>/dev/null || true
    kill "${pids[@]}" 2>/dev/null || true
    rm -rf "$scratch"
}
pids=()
trap finish EXIT

# Waits for a command to succeed, ten seconds at most.
await() {
    for _ in $(seq 200); do
        if "$@" >/dev/null 2>&1; then return; fi
        sleep 0.05
    done
    echo "this did not come: $*" >&2
    exit 1
}

# open_room [OPTION...]
open_room() {
    "$build/klatchd" --shutdown-delay 30 "$@" 127.0.0.1 0 2>"$scratch/log" &
    server=$!
    pids+=("$server")
    await grep -q 'listening on 127.0.0.1 port' "$scratch/log"
    port=$(sed -n 's/.*listening on 127.0.0.1 port //p' "$scratch/log")
}

# person NAME COLUMNS ROWS [OPTION...]: starts a klatch, on a terminal of the kind $kind.
person() {
    tmux new-session -d -s "$1" -x "$2" -y "$3" \
        env TERM="${kind:-tmux-256color}" "$build/klatch" "${@:4}" 127.0.0.1 "$port"
}
shows() { tmux capture-pane -p -t "$1" | grep -qF -- "$2"; }
lacks() { ! shows "$@"; }
sees() { await shows "$1" "$2"; }
keys() { tmux send-keys -t "$1" "${@:2}"; }
types() { tmux send-keys -t "$1" -l -- "$2"; }
says() {
    types "$1" "$2"
    keys "$1" Enter
    sees ada "${2:0:16}"
}

pastes() {
    tmux set-buffer -- "$2"
    tmux paste-buffer -p -t "$1"
}
cancels() {
    keys "$1" c
    await lacks "$1" 'as one message'
}
looks_away() { tmux send-keys -t "$1" -H 1b 5b 4f; }

# look NAME COLUMNS ROWS [GROUND]: opens a window on what NAME sees, on a ground that is dark or light.
look() {
    seen=$1 ground='#1d2129'
    [ "${4:-dark}" = dark ] || ground='#fbfaf7'
    XDG_CONFIG_HOME=$here/${4:-dark} dbus-run-session -- xfce4-terminal --disable-server --geometry="$2x$3" \
        -x tmux -S "$scratch/tmux" attach -t "$1" >"$scratch/terminal" 2>&1 &
    terminal=$!
    await xdotool search --onlyvisible --class xfce4-terminal
    await drawn
    window=$(xdotool search --onlyvisible --class xfce4-terminal | head -n 1)
    xdotool windowfocus "$window"
}
look_no_more() {
    tmux detach-client -s "$seen"
    wait "$terminal" || true
}

# shoot FILE: a picture of the window.
shoot() {
    await drawn
    import -window "$window" "$scratch/shot.png"
    convert "$scratch/shot.png" -bordercolor "$ground" -border 14 "png24:$1"
}

# picture NAME COLUMNS ROWS FILE [GROUND]: what NAME sees now.
picture() {
    look "$1" "$2" "$3" "${5:-dark}"
    shoot "$out/$4"
    look_no_more
}

# frame TIME: the next picture of the film, for so many hundredths of a second.
frame() {
    frames+=("-delay" "$1" "$scratch/$((1000 + ${#frames[@]})).png")
    shoot "${frames[-1]}"
}

# Drawn: two looks in a row, after tmux has a client, are the same.
drawn() {
    tmux list-clients | grep -q . || return 1
    local before after
    before=$(import -window root rgb:- | md5sum)
    sleep 0.4
    after=$(import -window root rgb:- | md5sum)
    [ "$before" = "$after" ]
}

Xvfb "$DISPLAY" -screen 0 2400x1600x24 >/dev/null 2>&1 &
pids+=($!)
await xdotool getdisplaygeometry

photograph() {
    open_room

    person ada 80 24 --theme dark
    sees ada 'Choose a nickname'
    picture ada 80 24 dialog.png

    person linus 80 24 -n linus --no-color
    sees linus 'linus'
    types ada 'Linus'
    keys ada Enter
    sees ada 'is taken'
    picture ada 80 24 refused.png
    keys ada C-u
    types ada 'ada'
    keys ada Enter
    sees linus '«ada» joined'

    person grace 80 24 -n grace --theme light
    sees ada '«grace» joined'
    kind=xterm person 美咲 80 24 -n 美咲
    sees ada '«美咲» joined'
    says linus 'morning! the build is green again 🎉'
    says grace 'so it was the cache after all?'
    says linus 'it was. One line, and a day to find it. The test that would have caught it goes in today, and I will write down how we found it so that nobody has to do that twice.'
    says 美咲 'おはようございます。資料を共有しました 📎'
    says ada 'thanks 美咲 — reading it now ☕'
    says grace 'lunch at noon? the place with the good noodles 🍜'
    says ada 'yes!'
    says 美咲 '行きます 🙋'
    types grace '/me waters the plants'
    keys grace Enter
    sees ada 'waters'
    types ada 'linus, are you'
    sees ada 'linus, are you'
    picture ada 80 24 room.png
    picture grace 80 24 light.png light
    picture 美咲 80 24 eight.png
    picture linus 80 24 mono.png

    looks_away ada
    says linus 'the new certificates are in place'
    says grace 'ada, could you look at the dashboard? https://status.example.org/d/room?from=noon'
    says linus 'an adagio is playing in the kitchen, by the way 👩‍💻'
    says 美咲 'Ada さん、お昼です 🍱'
    picture ada 80 24 mention.png

    keys ada C-u
    pastes ada $'$ make test\nbuild/tests -j2 --timeout 120\n[====] Synthesis: Tested: 711\n/quit is only text here\n\nAll green.\n'
    sees ada 'Paste: 5 lines'
    picture ada 80 24 paste.png
    cancels ada
    types ada 'linus, are you'

    for i in $(seq 1 24); do says grace "deploying step $i of 24"; done
    keys ada PageUp
    types linus 'deployed, all green 🚀'
    keys linus Enter
    types grace 'well done, everybody'
    keys grace Enter
    sees linus 'well done'
    sees ada 'new'
    picture ada 80 24 reading.png
    keys ada C-End

    keys ada C-r
    types ada 'noon'
    sees ada 'noodles'
    picture ada 80 24 search.png
    keys ada Escape
    await lacks ada 'search up:'
    keys ada F1
    sees ada 'Ctrl'
    picture ada 80 24 help.png
    keys ada F1

    person noor 40 12 -n noor --theme dark
    sees noor 'noor'
    says linus 'a small window is a window too: the text keeps its place'
    says 美咲 '電車の中から 🚃'
    sees noor '電車'
    picture noor 40 12 narrow.png
    pastes noor $'one\ntwo\nthree'
    sees noor 'as 3 lines'
    picture noor 40 12 paste-narrow.png
    cancels noor

    person kim 20 6 -n kim --theme dark
    sees kim 'kim'
    says grace 'even this one 🐜'
    sees kim 'even'
    picture kim 20 6 tiny.png

    says grace 'and on a wall there is room for all of us'
    says linus 'from 120 columns on, lines end at column 100, because longer ones are hard to read; in a smaller window they wrap at its edge'
    picture ada 200 60 wide.png

    kill -TERM "$server"
    sees ada '0:2'
    picture ada 80 24 countdown.png
    kill -KILL "$server"
    sees ada 'Enter'
    keys ada C-u
    types ada 'I am still writing'
    keys ada Enter
    types ada 'and this is a draft'
    sees ada 'draft'
    picture ada 80 24 lost.png
    tmux kill-server
}

# said WHEN NICK TEXT: a line of a journal.
said() {
    printf '{"time":"%s","nick":"%s","msg":"%s","proto":"broadcast"}\n' \
        "$(date -u -d "$1" +%FT%T.000Z)" "$2" "$3" >>"$scratch/journal"
}

recall() {
    said 'yesterday 16:41' linus 'the build is red since noon, I am looking at the cache'
    said 'yesterday 16:44' grace 'shall we wait for it, or leave the release for tomorrow?'
    said 'yesterday 16:45' SERVER 'The server restarts at six; nothing will be lost.'
    said 'yesterday 17:58' linus 'tomorrow, please. Go home, everybody 🌙'
    said 'today 00:05' 美咲 'おはようございます ☀️'
    said 'today 00:31' linus 'it was the cache. One line, and a day to find it.'
    open_room --journal "$scratch/journal" --history 50
    person linus 80 20 -n linus --theme dark
    sees linus 'You joined'
    person ada 80 20 -n ada --theme dark
    sees ada 'You joined'
    sees ada 'linus'
    says linus 'morning, ada! Have you seen it? Green again 🎉'
    says ada 'I have just read it above. Well done!'
    picture ada 80 20 history.png
    tmux kill-server
    kill -KILL "$server"
}

# In wide windows: who is here, the help, and what the operator says; a link, and a line being written.
photograph_wide() {
    open_room --control-socket "$scratch/control"
    person linus 120 40 -n linus --theme dark
    person ada 120 40 -n ada --theme dark
    person noor 80 24 -n noor --theme dark
    person kim 80 24 -n kim
    person 美咲 80 24 -n 美咲
    sees ada '«美咲»'
    says linus 'good morning, all of you'
    says linus 'the list of what is left is on the wall, and I have a copy of it here'
    says linus 'who takes the printers?'
    says kim 'me. Two of them speak only to each other'
    says noor 'I wrote down what worked: https://wiki.example.org/lab/printers/second-floor/what-to-do-when-they-speak-only-to-each-other-and-to-nobody-else#step-4'
    types kim '/me lifts the first printer'
    keys kim Enter
    sees ada 'lifts the first'
    says 美咲 '三階のも止まっています 😅'
    says ada 'coming'
    picture noor 80 24 link.png
    keys ada M-l
    picture ada 120 40 members.png
    keys linus M-l
    picture linus 200 60 members-wide.png
    keys ada F1
    sees ada 'Ctrl'
    picture ada 120 40 help-wide.png
    keys ada F1
    "$build/klatchd" --control "$scratch/control" say 'The power is off from 12:00 to 12:30. Please save your work.' >/dev/null
    sees noor 'The power is off'
    picture noor 80 24 operator.png
    types noor 'I can take the third one if somebody shows me where the cable goes; last time we looked for it behind the wardrobe, under the floor, and at last found it in the hand of whoever asked where it was'
    sees noor 'whoever asked'
    picture noor 80 24 draft.png
    tmux kill-server
    kill -KILL "$server"
}

film() {
    open_room
    frames=()
    person linus 80 20 -n linus --theme dark
    person grace 80 20 -n grace --theme dark
    sees linus '«grace» joined'
    person ada 80 20 --theme dark
    sees ada 'Choose a nickname'
    look ada 80 20
    frame 150
    keys ada Enter
    sees linus '«ada» joined'
    frame 100
    says linus 'morning! the build is green again 🎉'
    frame 150
    types ada 'l'
    frame 40
    keys ada Tab
    frame 80
    types ada 'well '
    frame 20
    types ada 'done! '
    frame 20
    types ada '🥇'
    frame 60
    keys ada Enter
    sees linus 'done!'
    frame 100
    says grace 'ada, what did the tests say?'
    frame 150
    pastes ada $'$ make test\nbuild/tests -j2 --timeout 120\n[====] Synthesis: Tested: 808\n/quit is only text here\n'
    sees ada 'Paste: 4 lines'
    frame 250
    keys ada Enter
    sees linus 'only text'
    frame 150
    for i in $(seq 1 18); do says linus "deploying step $i of 24"; done
    frame 80
    keys ada PageUp
    for i in $(seq 19 24); do
        types linus "deploying step $i of 24"
        keys linus Enter
    done
    sees grace 'step 24'
    sees ada 'step 24'
    frame 250
    keys ada C-End
    keys ada C-r
    types ada 'green'
    sees ada 'search'
    frame 200
    keys ada Escape
    await lacks ada 'search up:'
    types ada 'lunch?'
    keys ada Enter
    sees linus 'lunch?'
    frame 80
    says grace 'noodles 🍜'
    frame 150
    kill -TERM "$server"
    sees ada '0:2'
    frame 250
    look_no_more
    convert -loop 0 "${frames[@]}" -layers optimize "$out/tour.gif"
}

photograph
recall
photograph_wide
film
echo "pictures are in $out"
