// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/heap_library.hpp"

// NOLINTNEXTLINE(hicpp-no-assembler): the one way to compile in a file that both compilers have
asm(".pushsection .rodata\n"
    ".global perfopt_heap_library_begin\n"
    ".global perfopt_heap_library_end\n"
    "perfopt_heap_library_begin:\n"
    ".incbin \"" PERFOPT_HEAP_LIBRARY
    "\"\n"
    "perfopt_heap_library_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char perfopt_heap_library_begin[];
extern const char perfopt_heap_library_end[];
}

namespace perfopt::prof {

std::string_view heap_library() noexcept {
  return {perfopt_heap_library_begin, perfopt_heap_library_end};
}

}  // namespace perfopt::prof
