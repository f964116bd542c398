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
    '(-l --log)'{-l+,--log=}'[log the room to this file as JSON]:file:_files' \
    '(-n --nick)'{-n+,--nick=}'[request this nickname]:nickname: ' \
    '--tls[encrypt; ask once whether to trust the server]' \
    '--fingerprint=[encrypt; accept only a server with this key]:fingerprint: ' \
    '--no-key[do not tell the server who you are by your key]' \
    '(- *)--key[print the fingerprint of your key and exit]' \
    '(--pipe)--plain[read and write lines of text]' \
    '(--plain)--pipe[read text or JSON, write JSON]' \
    '--theme=[choose colors for this background]:background:(auto dark light)' \
    '--no-color[use no colors]' \
    '--no-bell[ring no bell when a message mentions you]' \
    '--no-notify[show no desktop notification of mentions]' \
    '--no-title[show no count of mentions in the title]' \
    '--mouse[scroll by mouse reports; select text with Shift]' \
    '--no-timestamps[hide the times]' '--no-joins[hide joins and leaves]' '--members[show the members beside the messages]' \
    '--no-history[do not save sent lines and ignored nicknames]' \
    '--no-sandbox[do not restrict system calls and file access]' \
    '--config=[read settings from this file]:file:_files' \
    '(- *)'{-h,--help}'[print the help and exit]' \
    '(- *)'{-V,--version}'[print the version and exit]' \
    '1:host:_klatch_place' \
    '2:port: '
