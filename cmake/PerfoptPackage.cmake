# SPDX-License-Identifier: Apache-2.0
# Two Debian packages from the two components of PerfoptInstall.cmake: `cmake --build --preset release --target package`.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME perfopt)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "Perfopt")
set(CPACK_PACKAGE_CONTACT "Perfopt maintainers <maintainers@perfopt.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_COMPONENTS_ALL programs development)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)

set(CPACK_DEBIAN_PROGRAMS_PACKAGE_NAME perfopt)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_RECOMMENDS "libmimalloc2.0, libopenblas0")
# Only suggested: Debian starts servers when it installs them.
set(CPACK_DEBIAN_PROGRAMS_PACKAGE_SUGGESTS
    "postgresql-15, pgbouncer, redis-server, nginx-light | nginx, openmpi-bin, iproute2")
set(CPACK_COMPONENT_PROGRAMS_DESCRIPTION "benchmarks of optimisation strategies, and their reports
 perfbench measures optimisation strategies of memory, CPU, I/O, network,
 database and distributed work against naive baselines, proves that the
 results stay correct and says what pays off on this machine and from which
 size. perfviz shows it as one HTML page.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libperfopt-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
    "libtbb-dev, libzstd-dev, liblz4-dev, libxxhash-dev, liburing-dev, libhwy-dev")
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS "libsqlite3-dev, libpq-dev, libopenmpi-dev, libbenchmark-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "optimisers and timing for a program's hot paths
 Static libraries and headers: timing scopes, arenas and pools, packed columns,
 compression, sorting and parallel loops that fall back where they would not
 pay off, pipelines, buffered and batched I/O, a cache.")

# Every package has its own copyright file and changelog.
find_program(PERFOPT_GZIP gzip)
set(_changelog ${PROJECT_BINARY_DIR}/changelog.gz)
configure_file(${PROJECT_SOURCE_DIR}/cmake/package/changelog.in ${PROJECT_BINARY_DIR}/changelog @ONLY)
if(PERFOPT_GZIP)
  execute_process(COMMAND ${PERFOPT_GZIP} -9nc ${PROJECT_BINARY_DIR}/changelog OUTPUT_FILE ${_changelog}
                  COMMAND_ERROR_IS_FATAL ANY)
endif()
foreach(pair IN ITEMS programs:perfopt development:libperfopt-dev)
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 component)
  list(GET pair 1 package)
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/package/copyright
    DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package} COMPONENT ${component})
  if(PERFOPT_GZIP)
    install(FILES ${_changelog} DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package} COMPONENT ${component})
  endif()
endforeach()
include(CPack)
