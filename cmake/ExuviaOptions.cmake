option(EXUVIA_BUILD_CPYTHON "Build the CPython host for every interpreter found" ON)
option(EXUVIA_BUILD_TOOLS "Build the exuvia command" ON)
option(EXUVIA_BUILD_TESTS "Build the tests" ON)
option(EXUVIA_BUILD_BENCH "Build the benchmarks" OFF)
option(EXUVIA_BUILD_FUZZ "Build the fuzzers (needs clang)" OFF)
option(EXUVIA_CHECKS "Audit owning structures at layer edges and verify every collection" OFF)
set(EXUVIA_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

add_library(exuvia_options INTERFACE)
target_compile_options(exuvia_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wcast-align -Wnon-virtual-dtor -fno-strict-aliasing
  # g++ 12 sees an overlap in every `"text" + string` (its bug 105651).
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
target_compile_definitions(exuvia_options INTERFACE $<$<BOOL:${EXUVIA_CHECKS}>:EXUVIA_CHECKS=1>)
# What g++ warns of in sanitized code is often untrue, says its manual.
if(NOT (EXUVIA_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU"))
  target_compile_options(exuvia_options INTERFACE -Werror)
endif()
if(EXUVIA_SANITIZE)
  # A target with the property EXUVIA_UNSANITIZED is left as it is.
  set(sanitized $<NOT:$<BOOL:$<TARGET_PROPERTY:EXUVIA_UNSANITIZED>>>)
  target_compile_options(exuvia_options INTERFACE
    $<${sanitized}:-fsanitize=${EXUVIA_SANITIZE};-fno-omit-frame-pointer;-fno-sanitize-recover=all>)
  target_link_options(exuvia_options INTERFACE $<${sanitized}:-fsanitize=${EXUVIA_SANITIZE}>)
endif()
find_package(Threads REQUIRED)
