# fish completion for klatch(1)

complete -c klatch -f
complete -c klatch -n 'test (__fish_number_of_cmd_args_wo_opts) -eq 1' -a '(__fish_print_hostnames)'
complete -c klatch -s l -l log -r -F -d 'Keep what the room says in this file'
complete -c klatch -s n -l nick -x -d 'Ask for this nickname'
complete -c klatch -l plain -d 'Lines of text, no screen'
complete -c klatch -l pipe -d 'For programs: lines of JSON'
complete -c klatch -l theme -x -a 'auto dark light' -d 'Colors for this ground'
complete -c klatch -l no-color -d 'No colors'
complete -c klatch -l no-bell -d 'No bell when you are called'
complete -c klatch -l no-notify -d 'No notification when you are called'
complete -c klatch -l no-title -d 'No count in the title'
complete -c klatch -l no-timestamps -d 'Show no times'
complete -c klatch -l no-joins -d 'Do not show who joins and leaves'
complete -c klatch -l no-history -d 'Do not keep what you send'
complete -c klatch -l config -r -F -d 'Read settings from this file'
complete -c klatch -s h -l help -d 'Show the help'
complete -c klatch -s V -l version -d 'Show the version'
