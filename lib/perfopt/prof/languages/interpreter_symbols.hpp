// SPDX-License-Identifier: Apache-2.0
// The symbols of an executable or library by which an interpreter's state and loops are found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/prof/native/address_space.hpp"

namespace perfopt::prof {

struct InterpreterSymbol {
  std::string name;
  std::uint64_t address = 0;  // as linked
  std::uint64_t size = 0;
};

// The functions and objects that the file, or its debug file, defines. Empty when it cannot be read or is damaged.
[[nodiscard]] std::vector<InterpreterSymbol> interpreter_symbols(const std::filesystem::path& file);

// The first of that name; null when there is none.
[[nodiscard]] const InterpreterSymbol* find_symbol(std::span<const InterpreterSymbol> symbols, std::string_view name);

// What is added to an address as linked where that module is mapped; empty when it is not.
[[nodiscard]] std::optional<std::uint64_t> load_bias(const AddressSpace& space, const Modules& modules,
                                                     std::uint32_t module);

// The module's file as that process sees it.
[[nodiscard]] std::filesystem::path module_file(pid_t pid, const Modules& modules, std::uint32_t module);

}  // namespace perfopt::prof
