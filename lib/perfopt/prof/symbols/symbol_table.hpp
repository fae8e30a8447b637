// SPDX-License-Identifier: Apache-2.0
// The function symbols of one module or of the kernel, by address.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace perfopt::prof {

class SymbolTable {
 public:
  struct Symbol {
    std::uint64_t address = 0;
    std::uint64_t size = 0;  // 0: up to the next symbol
    int rank = 0;            // of several at one address, that of the highest rank is taken
    std::string name;
  };

  void add(Symbol symbol) { symbols_.push_back(std::move(symbol)); }
  // After the last add(), before the first find().
  void sort();
  // Null when no symbol covers it.
  [[nodiscard]] const Symbol* find(std::uint64_t address) const;

 private:
  std::vector<Symbol> symbols_;
};

// Of the kernel: /proc/kallsyms. Empty when it hides its addresses.
[[nodiscard]] SymbolTable kernel_symbols(const std::string& kallsyms);

}  // namespace perfopt::prof
