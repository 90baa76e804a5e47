# Which CPython interpreters are at hand, and what each is.
#
# EXUVIA_PYTHONS names them (paths, or commands on PATH). Left empty, it is every python3.11 .. python3.15 on PATH and
# in /usr/bin, and those under $PYENV_ROOT (or ~/.pyenv).
set(EXUVIA_PYTHONS "" CACHE STRING "CPython interpreters to build the host for; empty: those found")

set(EXUVIA_PYTHON_MINORS 11 12 13 14 15)

set(EXUVIA_PYTHON_PROBE [=[
import sys, sysconfig
print(";".join((
    sys.implementation.name,
    "%d.%d" % sys.version_info[:2],
    "%d.%d.%d" % sys.version_info[:3],
    sysconfig.get_path("include"),
    "debug" if hasattr(sys, "gettotalrefcount") else "free-threaded" if sysconfig.get_config_var("Py_GIL_DISABLED") else "",
    ",".join(w[2:] for w in (sysconfig.get_config_var("PY_CORE_CFLAGS") or "").split() if w.startswith("-D_Py_")),
)))
]=])

function(exuvia_list_pythons output)
  set(found "")
  foreach(python ${EXUVIA_PYTHONS})
    find_program(program "${python}" NO_CACHE)
    if(NOT program)
      message(FATAL_ERROR "EXUVIA_PYTHONS: no such interpreter: ${python}")
    endif()
    list(APPEND found "${program}")
    unset(program)
  endforeach()
  if(NOT EXUVIA_PYTHONS)
    set(pyenv "$ENV{PYENV_ROOT}")
    if(NOT pyenv)
      set(pyenv "$ENV{HOME}/.pyenv")
    endif()
    foreach(minor ${EXUVIA_PYTHON_MINORS})
      set(names "/usr/bin/python3.${minor}")
      find_program(program "python3.${minor}" NO_CACHE)
      if(program AND NOT program MATCHES "/shims/")
        list(APPEND names "${program}")
      endif()
      unset(program)
      file(GLOB versions "${pyenv}/versions/3.${minor}.*/bin/python3.${minor}")
      foreach(name ${names} ${versions})
        if(EXISTS "${name}")
          list(APPEND found "${name}")
        endif()
      endforeach()
    endforeach()
  endif()
  list(REMOVE_DUPLICATES found)
  set(${output} "${found}" PARENT_SCOPE)
endfunction()

# Sets <output> to "name;minor;patch;include folder;unsupported build;definitions", or to nothing when it does not run.
# Its structures have the layout that its headers give under these definitions: those of the just-in-time compiler are
# not in pyconfig.h.
function(exuvia_probe_python program output)
  execute_process(COMMAND "${program}" -I -c "${EXUVIA_PYTHON_PROBE}"
    OUTPUT_VARIABLE facts ERROR_VARIABLE problem RESULT_VARIABLE status OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(WARNING "CPython host: ${program} does not run: ${problem}")
    set(facts "")
  endif()
  set(${output} "${facts}" PARENT_SCOPE)
endfunction()

# Why the host cannot be built for these facts; empty when it can.
function(exuvia_python_obstacle facts output)
  list(GET facts 0 name)
  list(GET facts 2 patch)
  list(GET facts 3 include)
  list(GET facts 4 unsupported)
  set(obstacle "")
  if(NOT name STREQUAL "cpython")
    set(obstacle "it is ${name}")
  elseif(unsupported)
    set(obstacle "it is a ${unsupported} build")
  elseif(NOT EXISTS "${include}/internal/pycore_runtime.h")
    set(obstacle "its internal headers are absent from ${include} (install its development package)")
  endif()
  set(${output} "${obstacle}" PARENT_SCOPE)
endfunction()

# Sets <output>_MINORS ("3.11;3.12"), and for each <output>_<minor>_INCLUDE, _DEFINITIONS and _PROGRAMS.
# The headers of the first interpreter of a minor version serve all; the host looks whether its layout is theirs.
macro(exuvia_find_pythons output)
  set(${output}_MINORS "")
  exuvia_list_pythons(exuvia_programs)
  foreach(exuvia_program ${exuvia_programs})
    exuvia_probe_python("${exuvia_program}" exuvia_facts)
    if(exuvia_facts)
      exuvia_python_obstacle("${exuvia_facts}" exuvia_obstacle)
      if(exuvia_obstacle)
        message(NOTICE "CPython host: skipped ${exuvia_program}: ${exuvia_obstacle}")
      else()
        list(GET exuvia_facts 1 exuvia_minor)
        list(APPEND ${output}_MINORS ${exuvia_minor})
        list(APPEND ${output}_${exuvia_minor}_PROGRAMS "${exuvia_program}")
        if(NOT ${output}_${exuvia_minor}_INCLUDE)
          list(GET exuvia_facts 3 ${output}_${exuvia_minor}_INCLUDE)
          list(GET exuvia_facts 5 exuvia_definitions)
          string(REPLACE "," ";" ${output}_${exuvia_minor}_DEFINITIONS "${exuvia_definitions}")
        endif()
      endif()
    endif()
  endforeach()
  list(REMOVE_DUPLICATES ${output}_MINORS)
endmacro()
