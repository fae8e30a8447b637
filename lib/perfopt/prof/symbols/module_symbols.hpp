// SPDX-License-Identifier: Apache-2.0
// Names for addresses of one module, by what there is of it: DWARF, then symbols.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/native/modules.hpp"

namespace perfopt::prof {

class ModuleSymbols {
 public:
  ModuleSymbols(const Modules& modules, std::uint32_t index, const std::string& debug_directory);
  ModuleSymbols(const ModuleSymbols&) = delete;
  ModuleSymbols& operator=(const ModuleSymbols&) = delete;
  ~ModuleSymbols();

  // Addresses as linked, ascending and without repetition; for each its frames, innermost first, never none.
  [[nodiscard]] std::vector<std::vector<model::Frame>> resolve(std::span<const std::uint64_t> addresses, bool inlines);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace perfopt::prof
