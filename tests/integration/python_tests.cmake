# exuvia_add_python_tests(SUBJECT): each *_test.py of the calling folder is a test; running.py tells what it needs.
function(exuvia_add_python_tests subject)
  get_property(pythons GLOBAL PROPERTY EXUVIA_PYTHON_PROGRAMS)
  list(JOIN pythons ":" pythons)
  file(GLOB files CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*_test.py")
  foreach(file ${files})
    get_filename_component(name "${file}" NAME_WE)
    add_test(NAME "${subject}: ${name}" COMMAND "${Python3_EXECUTABLE}" -B "${file}" -v)
    set_tests_properties("${subject}: ${name}" PROPERTIES LABELS integration TIMEOUT 1500
      ENVIRONMENT "EXUVIA_HOSTDIR=${PROJECT_BINARY_DIR}/lib/exuvia;EXUVIA_PYTHONS=${pythons}")
  endforeach()
endfunction()
