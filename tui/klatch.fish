# fish completion for klatch(1)

complete -c klatch -f
complete -c klatch -n 'test (__fish_number_of_cmd_args_wo_opts) -eq 1' -a '(__fish_print_hostnames)'
complete -c klatch -s l -l log -r -F -d 'Log the room to this file as JSON'
complete -c klatch -s n -l nick -x -d 'Request this nickname'
complete -c klatch -l plain -d 'Read and write lines of text'
complete -c klatch -l pipe -d 'Read text or JSON, write JSON'
complete -c klatch -l theme -x -a 'auto dark light' -d 'Choose colors for this background'
complete -c klatch -l no-color -d 'Use no colors'
complete -c klatch -l no-bell -d 'Ring no bell when a message mentions you'
complete -c klatch -l no-notify -d 'Show no desktop notification of mentions'
complete -c klatch -l no-title -d 'Show no count of mentions in the title'
complete -c klatch -l no-timestamps -d 'Hide the times'
complete -c klatch -l no-joins -d 'Hide joins and leaves'
complete -c klatch -l no-history -d 'Do not save sent lines and ignored nicknames'
complete -c klatch -l config -r -F -d 'Read settings from this file'
complete -c klatch -s h -l help -d 'Print the help and exit'
complete -c klatch -s V -l version -d 'Print the version and exit'
