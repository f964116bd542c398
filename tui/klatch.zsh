#compdef klatch

_klatch_place()
{
    if compset -P 'unix:'; then
        _files
    else
        _alternative 'hosts:host:_hosts' 'kinds:unix socket:compadd -S "" unix:'
    fi
}

_arguments -s -S \
    '(-l --log)'{-l+,--log=}'[keep what the room says in this file]:file:_files' \
    '(-n --nick)'{-n+,--nick=}'[ask for this nickname]:nickname: ' \
    '(--pipe)--plain[lines of text, no screen]' \
    '(--plain)--pipe[for programs: lines of JSON]' \
    '--theme=[colors for this ground]:ground:(auto dark light)' \
    '--no-color[no colors]' \
    '--no-bell[no bell when you are called]' \
    '--no-notify[no notification when you are called]' \
    '--no-title[no count in the title]' \
    '--no-timestamps[show no times]' \
    '--no-joins[do not show who joins and leaves]' \
    '--no-history[do not keep what you send]' \
    '--config=[read settings from this file]:file:_files' \
    '(- *)'{-h,--help}'[show the help]' \
    '(- *)'{-V,--version}'[show the version]' \
    '1:host:_klatch_place' \
    '2:port: '
