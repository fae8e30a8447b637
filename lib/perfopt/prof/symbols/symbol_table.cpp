// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/symbol_table.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <tuple>
#include <utility>

namespace perfopt::prof {

void SymbolTable::sort() {
  std::ranges::sort(symbols_, [](const Symbol& a, const Symbol& b) {
    return std::tie(a.address, b.rank, a.name) < std::tie(b.address, a.rank, b.name);
  });
  const auto same = [](const Symbol& a, const Symbol& b) { return a.address == b.address; };
  const auto rest = std::ranges::unique(symbols_, same);
  symbols_.erase(rest.begin(), rest.end());
}

const SymbolTable::Symbol* SymbolTable::find(std::uint64_t address) const {
  auto after = std::ranges::upper_bound(symbols_, address, {}, &Symbol::address);
  // A symbol within another one may end before the address does, so that the outer one counts: a few are looked at.
  for (int tries = 0; tries < 8 && after != symbols_.begin(); ++tries) {
    const Symbol& symbol = *--after;
    if (symbol.size == 0 ? tries == 0 : address - symbol.address < symbol.size) return &symbol;
  }
  return nullptr;
}

SymbolTable kernel_symbols(const std::string& kallsyms) {
  SymbolTable table;
  for (std::string_view rest = kallsyms; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    SymbolTable::Symbol symbol;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), symbol.address, 16);
    const std::string_view tail = line.substr(static_cast<std::size_t>(end - line.data()));
    constexpr std::size_t kName = 3;  // " T name"
    if (error != std::errc{} || symbol.address == 0 || tail.size() <= kName) continue;
    if (std::string_view("tTwW").find(tail[1]) == std::string_view::npos) continue;
    symbol.name = tail.substr(kName);
    symbol.rank = tail[1] == 'T' ? 1 : 0;
    table.add(std::move(symbol));
  }
  table.sort();
  return table;
}

}  // namespace perfopt::prof
