#compdef klatchd

_klatchd_place()
{
    if compset -P 'unix:'; then
        _files
    else
        compadd localhost 0.0.0.0 ::
        compadd -S '' unix:
    fi
}

_klatchd_command()
{
    local -a commands=(
        'kick:cut off a member'
        'ban:turn away a network address'
        'unban:let it in again'
        'bans:list the banned addresses'
        'say:say something to the room'
        'who:list the members'
        'shutdown:close the room'
    )
    ((CURRENT == 2)) && _describe command commands
}

_arguments -s -S \
    '(-c --config)'{-c+,--config=}'[read settings from this file]:file:_files' \
    '--check[print the effective settings]' \
    '(-d --shutdown-delay)'{-d+,--shutdown-delay=}'[count down this long before closing]:seconds: ' \
    '(-n --nick-timeout)'{-n+,--nick-timeout=}'[cut off who has no nickname yet]:seconds: ' \
    '--max-connections=[connections in all]:number: ' \
    '--per-address=[connections from a network address]:number: ' \
    '--connect-rate=[new connections of an address in a second]:number: ' \
    '--rate=[packets a peer may send in a second]:number: ' \
    '(-q --quiet)'{-q,--quiet}'[do not log what people say]' \
    '(-u --user)'{-u+,--user=}'[started as root, be this user]:user:_users' \
    '--no-sandbox[do not give up what is not needed]' \
    '(-j --journal)'{-j+,--journal=}'[write all that is said to this file]:file:_files' \
    '--journal-sync=[when that is on the disk]:when:(always second never)' \
    '--history=[give newcomers the last lines]:lines: ' \
    '--stall-timeout=[cut off who takes nothing for so long]:seconds: ' \
    '--ring=[what is kept for slow readers]:size:(256K 1M 4M 16M 64M 256M 1G)' \
    '--stats=[serve counters there]:address:_klatchd_place' \
    '--control-socket=[take commands there]:file:_files' \
    '*--control=[send a command to the server there]:socket:_files:*::command:_klatchd_command' \
    '(- *)'{-h,--help}'[show the help]' \
    '(- *)'{-V,--version}'[show the version]' \
    '1:address:_klatchd_place' \
    '2:port: '
