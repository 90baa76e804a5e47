# What `cmake --install` and the Debian package contain. Paths are relative to the prefix.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

# The tool finds these beside itself (../lib/exuvia), whatever the machine's library folder is called.
set(EXUVIA_INSTALL_HOSTDIR lib/exuvia)

get_property(layers GLOBAL PROPERTY EXUVIA_LAYERS)

# The library: headers, one archive a layer, find_package and pkg-config.
install(DIRECTORY include/exuvia TYPE INCLUDE COMPONENT development FILES_MATCHING PATTERN "*.hpp")
install(TARGETS ${layers} EXPORT exuvia
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development)
set(config_folder "${CMAKE_INSTALL_LIBDIR}/cmake/exuvia")
install(EXPORT exuvia NAMESPACE exuvia:: FILE exuvia-targets.cmake DESTINATION "${config_folder}"
  COMPONENT development)
configure_package_config_file(cmake/exuvia-config.cmake.in exuvia-config.cmake INSTALL_DESTINATION "${config_folder}")
write_basic_package_version_file(exuvia-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/exuvia-config.cmake" "${PROJECT_BINARY_DIR}/exuvia-config-version.cmake"
  DESTINATION "${config_folder}" COMPONENT development)

# An archive comes before those it needs; the layers are listed bottom-up.
set(EXUVIA_PKGCONFIG_LIBS "")
foreach(layer ${layers})
  get_target_property(type ${layer} TYPE)
  if(type STREQUAL "STATIC_LIBRARY")
    string(PREPEND EXUVIA_PKGCONFIG_LIBS "-l${layer} ")
  endif()
endforeach()
set(EXUVIA_PKGCONFIG_DEFINES "")
if(EXUVIA_CHECKS)
  set(EXUVIA_PKGCONFIG_DEFINES " -DEXUVIA_CHECKS=1")
endif()
file(RELATIVE_PATH EXUVIA_PREFIX_FROM_PKGCONFIG "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/exuvia.pc.in exuvia.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/exuvia.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)

# exuvia_targets_of(FOLDER TYPE OUTPUT): the targets of one CMakeLists.txt that are of this type.
function(exuvia_targets_of folder type output)
  set(found "")
  get_property(targets DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(target_type ${target} TYPE)
    if(target_type STREQUAL type)
      list(APPEND found ${target})
    endif()
  endforeach()
  set(${output} "${found}" PARENT_SCOPE)
endfunction()

# The command, the libraries it puts into a Python process, and the package that Python users import.
if(EXUVIA_BUILD_TOOLS)
  exuvia_targets_of(tools/exuvia EXECUTABLE tools)
  install(TARGETS ${tools} RUNTIME DESTINATION bin COMPONENT runtime)
endif()
if(EXUVIA_BUILD_CPYTHON)
  exuvia_targets_of(hosts/cpython MODULE_LIBRARY modules)
  exuvia_targets_of(hosts/cpython SHARED_LIBRARY shared)
  install(TARGETS ${modules} ${shared} LIBRARY DESTINATION "${EXUVIA_INSTALL_HOSTDIR}" COMPONENT runtime)
endif()
install(DIRECTORY python/exuvia DESTINATION "${EXUVIA_INSTALL_HOSTDIR}/python" COMPONENT runtime
  FILES_MATCHING PATTERN "*.py" PATTERN "__pycache__" EXCLUDE PATTERN "py.typed" PATTERN "*.pyi")

# In the system's prefix, Debian's Python is told where the package is.
install(CODE [[
  if(CMAKE_INSTALL_PREFIX MATCHES "/usr$")
    set(site "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/lib/python3/dist-packages")
    file(WRITE "${site}/exuvia.pth" "../../exuvia/python\n")
  endif()
]] COMPONENT runtime)

install(FILES docs/man/exuvia.1 TYPE MAN RENAME man1/exuvia.1 COMPONENT runtime)
install(FILES completions/exuvia.bash DESTINATION share/bash-completion/completions RENAME exuvia COMPONENT runtime)
install(FILES completions/_exuvia DESTINATION share/zsh/vendor-completions COMPONENT runtime)
install(FILES completions/exuvia.fish DESTINATION share/fish/vendor_completions.d COMPONENT runtime)
install(FILES LICENSE README.md CHANGELOG.md ARCHITECTURE.md CONTRIBUTING.md TYPE DOC COMPONENT runtime)
install(DIRECTORY docs TYPE DOC COMPONENT runtime FILES_MATCHING PATTERN "*.md" PATTERN docs/api EXCLUDE
  PATTERN docs/man EXCLUDE)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME exuvia)
set(CPACK_PACKAGE_VENDOR "Exuvia")
set(CPACK_PACKAGE_CONTACT "The Exuvia authors")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS python3)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "g++, cmake, libgmp-dev, pkg-config")
include(CPack)
