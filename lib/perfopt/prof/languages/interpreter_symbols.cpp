// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/interpreter_symbols.hpp"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "perfopt/core/file.hpp"
#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/symbols/debug_module.hpp"

namespace perfopt::prof {

std::vector<InterpreterSymbol> interpreter_symbols(const std::filesystem::path& file) {
  std::vector<InterpreterSymbol> symbols;
  UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd || ElfImage::read(fd.get()) == nullptr) return symbols;  // libdwfl is given nothing else
  DebugModule module(std::move(fd), file.string(), "/usr/lib/debug");
  module.each_symbol([&](const char* name, const GElf_Sym& symbol, std::uint64_t address) {
    const unsigned type = GELF_ST_TYPE(symbol.st_info);
    if (type == STT_FUNC || type == STT_OBJECT) symbols.push_back({name, address, symbol.st_size});
  });
  return symbols;
}

const InterpreterSymbol* find_symbol(std::span<const InterpreterSymbol> symbols, std::string_view name) {
  const auto found = std::ranges::find(symbols, name, &InterpreterSymbol::name);
  return found == symbols.end() ? nullptr : &*found;
}

std::optional<std::uint64_t> load_bias(const AddressSpace& space, const Modules& modules, std::uint32_t module) {
  const ElfImage* image = modules.image(module);
  if (image == nullptr) return std::nullopt;
  // A page where two segments meet is mapped twice; the executable one is found first by address_of().
  for (const bool executable : {true, false}) {
    for (const auto& [end, mapping] : space.mappings()) {
      if (mapping.module != module || mapping.executable != executable) continue;
      if (const auto linked = image->address_of(mapping.offset)) return mapping.start - *linked;
    }
  }
  return std::nullopt;
}

std::filesystem::path module_file(pid_t pid, const Modules& modules, std::uint32_t module) {
  return "/proc/" + std::to_string(pid) + "/root" + modules.at(module).path;
}

}  // namespace perfopt::prof
