#compdef klatchd

_klatchd_place()
{
    if compset -P 'unix:'; then
        _files
    else
        compadd localhost '*'
        compadd -S '' unix:
    fi
}

_klatchd_command()
{
    local -a commands=(
        'kick:disconnect a member'
        'ban:refuse connections from an address'
        'unban:lift a ban'
        'bans:list the bans'
        'allow:add a key to the list of members'
        'deny:remove a key from the list of members'
        'say:send a message to the room'
        'who:list the connections'
        'shutdown:close the room'
    )
    ((CURRENT == 2)) && _describe command commands
}

_arguments -s -S \
    '(-c --config)'{-c+,--config=}'[read settings from this file]:file:_files' \
    '--check[print the effective settings and exit]' \
    '*--listen=[listen at this place; may be repeated]:place:_klatchd_place' \
    '--tls[encrypt TCP connections]' \
    '--tls-dir=[keep the key and the certificate in this folder]:folder:_files -/' \
    '--members=[let in only the people whose keys are in this file]:file:_files' \
    '--guests[let in others too, but not under names in that file]' \
    '(-d --shutdown-delay)'{-d+,--shutdown-delay=}'[count down this many seconds before closing]:seconds: ' \
    '(-n --nick-timeout)'{-n+,--nick-timeout=}'[disconnect a client without a nickname after this time]:seconds: ' \
    '--max-connections=[limit all connections]:number: ' \
    '--per-address=[limit connections per address]:number: ' \
    '--connect-rate=[limit new connections per second and address]:number: ' \
    '--rate=[limit packets per second and client]:number: ' \
    '--socket-memory=[limit kernel memory for unread data]:size:(256K 1M 4M 16M 64M 256M 1G)' \
    '--byte-rate=[limit bytes per second and client]:number: ' \
    '--packet-memory=[limit memory for incomplete packets]:size:(256K 1M 4M 16M 64M 256M 1G)' \
    '(-q --quiet)'{-q,--quiet}'[keep messages out of the log]' \
    '(-u --user)'{-u+,--user=}'[drop root privileges after opening the sockets]:user:_users' \
    '--no-sandbox[keep unneeded system calls and file access]' \
    '(-j --journal)'{-j+,--journal=}'[append messages to this file as lines of JSON]:file:_files' \
    '--journal-sync=[sync the journal always, every second or never]:when:(always second never)' \
    '--journal-max=[stop writing the journal at this size]:size:(256M 1G 4G 16G)' \
    '--history=[send a new member the last messages]:lines: ' \
    '--stall-timeout=[disconnect a client that reads nothing for this time]:seconds: ' \
    '--ring=[set the size of the message buffer]:size:(256K 1M 4M 16M 64M 256M 1G)' \
    '--stats=[serve metrics at this address]:address:_klatchd_place' \
    '--bans=[keep the bans in this file]:file:_files' \
    '--control-socket=[accept administrator commands on this socket]:file:_files' \
    '*--control=[send a command to the server with this socket]:socket:_files:*::command:_klatchd_command' \
    '(- *)'{-h,--help}'[print the help and exit]' \
    '(- *)'{-V,--version}'[print the version and exit]' \
    '1:address:_klatchd_place' \
    '2:port: '
