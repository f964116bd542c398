# bash completion for klatchd(8)

# Prints the commands where one follows --control PATH; fails before that.
_klatchd_control()
{
    local i
    for ((i = 1; i < COMP_CWORD - 1; i++)); do
        [[ ${COMP_WORDS[i]} == --control ]] || continue
        ((i + 2 == COMP_CWORD)) && echo kick ban unban bans allow deny say who shutdown
        return 0
    done
    return 1
}

_klatchd()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words
    local options='-c --config --check --listen --tls --tls-dir --members --guests -d --shutdown-delay -n --nick-timeout
        --max-connections --per-address --connect-rate --rate --byte-rate --packet-memory --socket-memory -q --quiet -u
        --user --no-sandbox -j --journal --journal-sync --journal-max --history --stall-timeout --ring --stats --control-socket --bans --control
        -h --help -V --version'

    # bash splits --ring=1M and unix:/path into three words each.
    [[ $word == [=:] ]] && word= || [[ $before != [=:] ]] || before=${COMP_WORDS[COMP_CWORD - 2]}
    if words=$(_klatchd_control); then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
        return
    fi
    case $before in
        -c | --config | -j | --journal | --control-socket | --bans | --members | --control | unix)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            ;;
        --tls-dir) mapfile -t COMPREPLY < <(compgen -d -- "$word") ;;
        --journal-sync) mapfile -t COMPREPLY < <(compgen -W 'always second never' -- "$word") ;;
        --ring | --packet-memory | --socket-memory) mapfile -t COMPREPLY < <(compgen -W '256K 1M 4M 16M 64M 256M 1G' -- "$word") ;;
        --journal-max) mapfile -t COMPREPLY < <(compgen -W '256M 1G 4G 16G' -- "$word") ;;
        -u | --user) mapfile -t COMPREPLY < <(compgen -u -- "$word") ;;
        -d | --shutdown-delay | -n | --nick-timeout | --max-connections | --per-address | \
            --connect-rate | --rate | --byte-rate | --history | --stall-timeout) COMPREPLY=() ;;
        *)
            words='localhost \\\* unix:'
            [[ $before == --listen || $before == --stats ]] && words='localhost: \\\*: unix:'
            [[ $before == --listen ]] && words+=' tls: tcp:'
            [[ $word == -* ]] && words=$options
            mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
            [[ ${COMPREPLY[0]-} == *: ]] && compopt -o nospace
            ;;
    esac
}

complete -F _klatchd klatchd
