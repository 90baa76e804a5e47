# Completion of exuvia(1) for bash.

# Where the program starts: the index of the first word that is not an option of ours, or nothing.
_exuvia_program_index() {
  local i
  for ((i = 2; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      --python | --collector | --allocator | --gc-threads | --heap-limit | --json | -n | --runs) ((i++)) ;;
      --)
        echo $((i + 1))
        return
        ;;
      -m | -c | -)
        echo "$i"
        return
        ;;
      -*) ;;
      *)
        echo "$i"
        return
        ;;
    esac
  done
}

# The words that fit, one a line, into COMPREPLY.
_exuvia_reply() {
  mapfile -t COMPREPLY < <(compgen "$@" -- "${COMP_WORDS[COMP_CWORD]}")
}

_exuvia_program() {
  compopt -o filenames
  _exuvia_reply -fc
}

_exuvia_options() {
  case ${COMP_WORDS[1]} in
    run)
      _exuvia_reply -W "--python --collector --allocator --gc-threads --heap-limit --json -f --force -q --quiet \
        -m -c -h --help"
      ;;
    compare)
      _exuvia_reply -W "-n --runs --python --collector --allocator --gc-threads --heap-limit --json -f --force \
        -q --quiet -m -c -h --help"
      ;;
    info) _exuvia_reply -W "--python --json -h --help" ;;
  esac
}

_exuvia() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} program
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _exuvia_reply -W "run compare info --help --version"
    return
  fi
  program=$(_exuvia_program_index)
  if [[ -n $program ]] && ((program < COMP_CWORD)); then
    compopt -o default
    return
  fi
  case $previous in
    --python) _exuvia_program ;;
    --collector | --allocator) _exuvia_reply -W "exuvia stock" ;;
    --json)
      if [[ ${COMP_WORDS[1]} == info ]]; then
        _exuvia_options
      else
        compopt -o filenames
        _exuvia_reply -f
      fi
      ;;
    --gc-threads | --heap-limit | -n | --runs) ;;
    *)
      if [[ $current == -* ]]; then
        _exuvia_options
      elif [[ ${COMP_WORDS[1]} != info ]]; then
        _exuvia_program
      fi
      ;;
  esac
}

complete -F _exuvia exuvia
