// SPDX-License-Identifier: Apache-2.0
// mimalloc's mi_malloc and mi_free, loaded so that malloc stays what it was.
//
// Debian's libmimalloc.so exports malloc and free too: linked, it would replace the allocator of the whole program,
// the naive baseline's included. Opened at run time into a scope of its own (RTLD_LOCAL), its malloc is seen by nobody.
// The library is never closed: its thread-local heaps must outlive all threads.
#pragma once

#include <dlfcn.h>

#include <cstddef>
#include <string>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {

struct Mimalloc {
  void* (*allocate)(std::size_t bytes);  // nullptr when there is no memory
  void (*free)(void* memory);

  // Throws Unavailable where the library is not installed.
  static const Mimalloc& load() {
    static const Mimalloc kLibrary = open();
    return kLibrary;
  }

 private:
  static Mimalloc open() {
    constexpr const char* kName = "libmimalloc.so.2";
    void* const library = ::dlopen(kName, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw Unavailable(std::string("mimalloc is not installed (") + ::dlerror() + "); apt install libmimalloc2.0");
    }
    Mimalloc result{};
    result.allocate = reinterpret_cast<decltype(result.allocate)>(::dlsym(library, "mi_malloc"));
    result.free = reinterpret_cast<decltype(result.free)>(::dlsym(library, "mi_free"));
    if (result.allocate == nullptr || result.free == nullptr) {
      throw Unavailable(std::string(kName) + " has no mi_malloc or no mi_free");
    }
    return result;
  }
};

}  // namespace perfopt::bench
