// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/module_symbols.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/symbols/debug_module.hpp"
#include "perfopt/prof/symbols/demangle.hpp"
#include "perfopt/prof/symbols/inline_table.hpp"
#include "perfopt/prof/symbols/symbol_table.hpp"

namespace perfopt::prof {
namespace {

// Of several names of one address, the one that a programmer is more likely to know: a function's before a label's, a
// global one, one without leading underscores.
int rank_of(const GElf_Sym& symbol, std::string_view name) {
  const int type = GELF_ST_TYPE(symbol.st_info);
  int rank = type == STT_FUNC || type == STT_GNU_IFUNC ? 100 : 0;
  if (GELF_ST_BIND(symbol.st_info) == STB_GLOBAL) rank += 20;
  if (GELF_ST_BIND(symbol.st_info) == STB_WEAK) rank += 10;
  if (!name.starts_with('_')) rank += 2;
  if (!name.starts_with("__")) rank += 1;
  return rank;
}

bool names_code(const GElf_Sym& symbol) {
  const int type = GELF_ST_TYPE(symbol.st_info);
  if (type == STT_FUNC || type == STT_GNU_IFUNC) return true;
  // Labels of assembly, among them the start of hand-written functions.
  return type == STT_NOTYPE && symbol.st_shndx != SHN_ABS && GELF_ST_BIND(symbol.st_info) != STB_LOCAL;
}

std::unique_ptr<DebugModule> open_module(const Modules& modules, std::uint32_t index, const std::string& directory) {
  const std::string& path = modules.at(index).path;
  if (path == kVdso) return std::make_unique<DebugModule>(vdso_bytes(), path);
  // libdwfl is given nothing that is no ELF file of this machine.
  UniqueFd file = modules.image(index) == nullptr ? UniqueFd() : modules.open(index);
  return file ? std::make_unique<DebugModule>(std::move(file), path, directory) : nullptr;
}

}  // namespace

struct ModuleSymbols::State {
  std::string path;
  std::unique_ptr<DebugModule> module;  // null: nothing can be known
  std::optional<SymbolTable> symbols;
  std::unique_ptr<InlineTable> inlines;
  std::uint64_t to_dwarf = 0;
  bool opened = false;

  InlineTable* inline_table() {
    if (!opened) {
      opened = true;
      Dwarf* dwarf = module ? module->dwarf(to_dwarf) : nullptr;
      if (dwarf != nullptr) inlines = std::make_unique<InlineTable>(dwarf);
    }
    return inlines.get();
  }

  const SymbolTable& symbol_table() {
    if (symbols) return *symbols;
    symbols.emplace();
    if (module) {
      module->each_symbol([&](const char* name, const GElf_Sym& symbol, std::uint64_t address) {
        if (*name == '\0' || !names_code(symbol)) return;
        symbols->add({address, symbol.st_size, rank_of(symbol, name), name});
      });
    }
    symbols->sort();
    return *symbols;
  }

  // The function that has the code, by its symbol.
  void name_by_symbol(model::Frame& frame, std::uint64_t address) {
    const SymbolTable::Symbol* symbol = symbol_table().find(address);
    if (symbol != nullptr) {
      frame.function = demangled(symbol->name);
    } else if (frame.function.empty()) {
      frame.address = address;
    }
  }
};

ModuleSymbols::ModuleSymbols(const Modules& modules, std::uint32_t index, const std::string& debug_directory)
    : state_(std::make_unique<State>()) {
  state_->path = modules.at(index).path;
  state_->module = open_module(modules, index, debug_directory);
}

ModuleSymbols::~ModuleSymbols() = default;

std::vector<std::vector<model::Frame>> ModuleSymbols::resolve(std::span<const std::uint64_t> addresses, bool inlines) {
  std::vector<std::vector<model::Frame>> frames(addresses.size());
  if (InlineTable* table = state_->inline_table()) {
    std::vector<std::uint64_t> in_dwarf(addresses.begin(), addresses.end());
    for (std::uint64_t& address : in_dwarf) address += state_->to_dwarf;
    frames = table->resolve(in_dwarf, inlines);
  }
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (frames[i].empty()) frames[i].emplace_back();
    for (model::Frame& frame : frames[i]) {
      frame.module = state_->path;
      frame.language = model::Language::native;
    }
    // A library's own names of what it exports ("__libc_malloc") are found under the exported one.
    model::Frame& outermost = frames[i].back();
    if (outermost.function.empty() || outermost.function.starts_with('_')) {
      state_->name_by_symbol(outermost, addresses[i]);
    }
  }
  return frames;
}

}  // namespace perfopt::prof
