# bash completion for klatch(1)

_klatch()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
    local options='-l --log -n --nick --tls --fingerprint --no-key --key --plain --pipe
        --theme --no-color --no-bell --no-notify --no-title --mouse --no-timestamps --no-joins
        --members --no-history --no-sandbox --config -h --help -V --version'

    # bash splits --theme=dark and unix:/path into three words each.
    [[ $word == [=:] ]] && word= || [[ $before != [=:] ]] || before=${COMP_WORDS[COMP_CWORD - 2]}
    case $before in
        -l | --log | --config | unix)
            compopt -o filenames
            mapfile -t COMPREPLY < <(compgen -f -- "$word")
            ;;
        --theme) mapfile -t COMPREPLY < <(compgen -W 'auto dark light' -- "$word") ;;
        -n | --nick | --fingerprint) COMPREPLY=() ;;
        *)
            if [[ $word == -* ]]; then
                mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word")
            else
                mapfile -t COMPREPLY < <(compgen -A hostname -W unix: -- "$word")
                [[ ${COMPREPLY[0]-} == unix: ]] && compopt -o nospace
            fi
            ;;
    esac
}

complete -F _klatch klatch
