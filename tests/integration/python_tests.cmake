# Sets <output> to the environment that lets a plain interpreter load what a sanitizing build has made.
function(exuvia_find_sanitizer output)
  set(${output} "" PARENT_SCOPE)
  if(EXUVIA_SANITIZE MATCHES "address")
    set(name libasan.so)
  elseif(EXUVIA_SANITIZE MATCHES "thread")
    set(name libtsan.so)
  else()
    return()
  endif()
  execute_process(COMMAND "${CMAKE_CXX_COMPILER}" -print-file-name=${name} OUTPUT_VARIABLE library
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  file(REAL_PATH "${library}" library)
  # An interpreter frees nothing at its end.
  set(${output} "EXUVIA_SANITIZER=${library};ASAN_OPTIONS=detect_leaks=0:abort_on_error=1" PARENT_SCOPE)
endfunction()

# exuvia_add_python_tests(SUBJECT): each *_test.py of the calling folder is a test; running.py tells what it needs.
function(exuvia_add_python_tests subject)
  exuvia_find_sanitizer(sanitizer)
  get_property(pythons GLOBAL PROPERTY EXUVIA_PYTHON_PROGRAMS)
  list(JOIN pythons ":" pythons)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.py")
  foreach(file ${files})
    get_filename_component(name "${file}" NAME_WE)
    add_test(NAME "${subject}: ${name}" COMMAND "${Python3_EXECUTABLE}" -B "${file}" -v)
    set_tests_properties("${subject}: ${name}" PROPERTIES LABELS integration TIMEOUT 1500
      ENVIRONMENT "EXUVIA_HOSTDIR=${PROJECT_BINARY_DIR}/lib/exuvia;EXUVIA_PYTHONS=${pythons};${sanitizer}")
  endforeach()
endfunction()
