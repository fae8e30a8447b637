# SPDX-License-Identifier: Apache-2.0
# What an installation holds, in two components that become two Debian packages:
#   programs      the programs, their manual pages and completions, configurations, documentation
#   development   core and optim (with its parts database and distributed), and the main of sliced benchmarks, which a
#                 user's own program links: headers, static libraries, and what find_package(Perfopt) and pkg-config read
# The other modules are the insides of the programs and promise nothing to others.
include(CMakePackageConfigHelpers)
include(PerfoptHeaders)

# perfopt_program_docs(): a target that asks each program below apps/ for its manual page and completions
# (PROGRAM --generate man|bash|zsh|fish), and their installation.
function(perfopt_program_docs)
  set(directory ${PROJECT_BINARY_DIR}/generated)
  perfopt_executables_below(programs ${PROJECT_SOURCE_DIR}/apps)
  set(outputs "")
  foreach(program IN LISTS programs)
    set(man ${directory}/man/${program}.1)
    set(bash ${directory}/bash/${program})
    set(zsh ${directory}/zsh/_${program})
    set(fish ${directory}/fish/${program}.fish)
    foreach(kind IN ITEMS man bash zsh fish)
      file(MAKE_DIRECTORY ${directory}/${kind})
      add_custom_command(OUTPUT ${${kind}}
        COMMAND $<TARGET_FILE:${program}> --generate ${kind} > ${${kind}}.new
        COMMAND ${CMAKE_COMMAND} -E rename ${${kind}}.new ${${kind}}
        DEPENDS ${program} COMMENT "${program} --generate ${kind}" VERBATIM)
      list(APPEND outputs ${${kind}})
    endforeach()
    install(TARGETS ${program} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT programs)
    install(FILES ${man} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT programs)
    install(FILES ${bash} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT programs)
    install(FILES ${zsh} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT programs)
    install(FILES ${fish} DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d COMPONENT programs)
  endforeach()
  add_custom_target(perfopt_program_docs ALL DEPENDS ${outputs})
endfunction()

function(perfopt_executables_below out directory)
  get_property(targets DIRECTORY ${directory} PROPERTY BUILDSYSTEM_TARGETS)
  get_property(children DIRECTORY ${directory} PROPERTY SUBDIRECTORIES)
  set(found "")
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL EXECUTABLE)
      list(APPEND found ${target})
    endif()
  endforeach()
  foreach(child IN LISTS children)
    perfopt_executables_below(more ${child})
    list(APPEND found ${more})
  endforeach()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

function(perfopt_install_development)
  set(config ${CMAKE_INSTALL_LIBDIR}/cmake/Perfopt)
  set_target_properties(perfopt_build PROPERTIES EXPORT_NAME build)
  install(TARGETS perfopt_core perfopt_optim perfopt_build EXPORT PerfoptTargets
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  foreach(part IN LISTS PERFOPT_OPTIM_PARTS)
    if(NOT TARGET perfopt_${part})
      continue()
    endif()
    install(TARGETS perfopt_${part} EXPORT PerfoptTargets_${part}
      ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
    install(EXPORT PerfoptTargets_${part} NAMESPACE Perfopt:: DESTINATION ${config} COMPONENT development)
  endforeach()
  install(EXPORT PerfoptTargets NAMESPACE Perfopt:: DESTINATION ${config} COMPONENT development)
  set_target_properties(perfopt_benchmark_main PROPERTIES EXPORT_NAME benchmark_main)
  set_target_properties(perfopt_benchmark_allocations PROPERTIES EXPORT_NAME benchmark_allocations)
  install(TARGETS perfopt_benchmark_main perfopt_benchmark_allocations EXPORT PerfoptTargets_benchmark_main
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT development)
  install(EXPORT PerfoptTargets_benchmark_main NAMESPACE Perfopt:: DESTINATION ${config} COMPONENT development)
  foreach(module IN ITEMS core optim ${PERFOPT_OPTIM_PARTS})
    perfopt_public_headers(headers ${module})
    foreach(header IN LISTS headers)
      cmake_path(GET header PARENT_PATH directory)
      install(FILES ${PROJECT_SOURCE_DIR}/lib/${header} COMPONENT development
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${directory})
    endforeach()
  endforeach()
  configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/package/PerfoptConfig.cmake.in
    ${PROJECT_BINARY_DIR}/PerfoptConfig.cmake INSTALL_DESTINATION ${config})
  write_basic_package_version_file(${PROJECT_BINARY_DIR}/PerfoptConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  install(FILES ${PROJECT_BINARY_DIR}/PerfoptConfig.cmake ${PROJECT_BINARY_DIR}/PerfoptConfigVersion.cmake
    DESTINATION ${config} COMPONENT development)
  file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/package/perfopt.pc.in ${PROJECT_BINARY_DIR}/perfopt.pc @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/perfopt.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
endfunction()

set(CMAKE_INSTALL_DOCDIR ${CMAKE_INSTALL_DATAROOTDIR}/doc/perfopt)
perfopt_program_docs()
perfopt_install_development()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/configs/ DESTINATION ${CMAKE_INSTALL_DATADIR}/perfopt COMPONENT programs)
install(FILES ${PROJECT_SOURCE_DIR}/README.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT programs)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/docs/guides DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT programs)

include(PerfoptPackage)
