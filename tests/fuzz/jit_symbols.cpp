// SPDX-License-Identifier: Apache-2.0
// What JIT compilers leave, perf maps and jitdumps, and the list of the kernel's symbols: any bytes are read to the
// end, and every address has a frame.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "perfopt/prof/symbols/jit_symbols.hpp"
#include "perfopt/prof/symbols/symbol_table.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace perfopt::prof;
  const std::string text(reinterpret_cast<const char*>(data), size);
  JitSymbols symbols;
  symbols.add_perf_map(text);
  symbols.add_jitdump(std::as_bytes(std::span(data, size)));
  for (const std::uint64_t address : {0x0ULL, 0x1000ULL, 0x2010ULL, 0x3000ULL, ~0ULL}) {
    if (symbols.find(address).module != "[jit]") std::abort();
    static_cast<void>(kernel_symbols(text).find(address));
  }
  return 0;
}
