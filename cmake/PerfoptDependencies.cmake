# SPDX-License-Identifier: Apache-2.0
# Every library that we use, from the distribution's packages. scripts/packages lists those packages.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(benchmark 1.7 REQUIRED)
find_package(TBB 2021 REQUIRED)
find_package(absl REQUIRED)
find_package(roaring REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_path(PERFOPT_CBLAS_DIR cblas.h REQUIRED)  # the header alone: OpenBLAS itself is loaded at run time
if(PERFOPT_TESTS)
  find_package(doctest 2.4 REQUIRED)
endif()

# perfopt_pkg(NAME module): an imported target pkg::NAME from pkg-config.
function(perfopt_pkg name module)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET GLOBAL ${module})
  add_library(pkg::${name} ALIAS PkgConfig::${name})
endfunction()
perfopt_pkg(zstd libzstd)
perfopt_pkg(lz4 liblz4)
perfopt_pkg(xxhash libxxhash)
perfopt_pkg(uring liburing)
perfopt_pkg(hwy libhwy)
perfopt_pkg(hwy_contrib libhwy-contrib)
