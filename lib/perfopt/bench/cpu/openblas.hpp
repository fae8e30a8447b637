// SPDX-License-Identifier: Apache-2.0
// OpenBLAS' dgemm, loaded when the first strategy needs it and told to start no threads of its own.
//
// Linked, it would start its threads before main(). From the first thread on, glibc's malloc takes its slower
// multi-threaded paths for good (11 against 21 ns for a pair of new and delete), and the naive baseline of the
// allocation strategies would look worse than it is. The library is never closed.
#pragma once

#include <cblas.h>
#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {

struct OpenBlasLibrary {
  decltype(&cblas_dgemm) dgemm;  // safe to call from several threads at once, each on rows of its own

  // Throws Unavailable where the library is not installed.
  static const OpenBlasLibrary& load() {
    static const OpenBlasLibrary kLibrary = open();
    return kLibrary;
  }

 private:
  static OpenBlasLibrary open() {
    constexpr const char* kName = "libopenblas.so.0";
    ::setenv("OPENBLAS_NUM_THREADS", "1", 1);  // read once, when the library is loaded
    void* const library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw Unavailable(std::string("OpenBLAS is not installed (") + ::dlerror() + "); apt install libopenblas0");
    }
    const auto dgemm = reinterpret_cast<decltype(&cblas_dgemm)>(::dlsym(library, "cblas_dgemm"));
    if (dgemm == nullptr) throw Unavailable(std::string(kName) + " has no cblas_dgemm");
    return {dgemm};
  }
};

}  // namespace perfopt::bench
