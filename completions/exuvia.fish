# Completion of exuvia(1) for fish.

set -l commands run compare info
set -l runs '__fish_seen_subcommand_from run compare'

complete -c exuvia -n "not __fish_seen_subcommand_from $commands" -f -a run -d 'Run a program on Exuvia'
complete -c exuvia -n "not __fish_seen_subcommand_from $commands" -f -a compare \
    -d 'Run a program on stock Python and on Exuvia in turn'
complete -c exuvia -n "not __fish_seen_subcommand_from $commands" -f -a info \
    -d 'Show what works with the Python at hand'
complete -c exuvia -n "not __fish_seen_subcommand_from $commands" -l version -d 'Print the version'
complete -c exuvia -s h -l help -d 'Print help'

complete -c exuvia -n "__fish_seen_subcommand_from $commands" -l python -r -a '(__fish_complete_command)' \
    -d 'Interpreter to use'
complete -c exuvia -n $runs -l collector -x -a 'exuvia stock' -d 'Who performs full collections'
complete -c exuvia -n $runs -l allocator -x -a 'exuvia stock' -d 'Whose allocator serves Python'
complete -c exuvia -n $runs -l gc-threads -x -d 'Threads that mark'
complete -c exuvia -n $runs -l heap-limit -x -d 'Most memory that the heap takes'
complete -c exuvia -n $runs -l json -r -F -d 'Write the figures as JSON'
complete -c exuvia -n $runs -s f -l force -d 'Let --json replace an existing file'
complete -c exuvia -n $runs -s m -x -d 'Run a module'
complete -c exuvia -n $runs -s c -x -d 'Run a line of code'
complete -c exuvia -n $runs -a '(__fish_complete_command)'
complete -c exuvia -n '__fish_seen_subcommand_from run' -s q -l quiet -d 'Print no summary'
complete -c exuvia -n '__fish_seen_subcommand_from compare' -s q -l quiet -d 'Do not show what the program prints'
complete -c exuvia -n '__fish_seen_subcommand_from compare' -s n -l runs -x -d 'Measured runs on each side'
complete -c exuvia -n '__fish_seen_subcommand_from info' -l json -d 'Print JSON'
