// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/module_symbols.hpp"

#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "perfopt/core/file.hpp"
#include "perfopt/prof/native/elf_image.hpp"

namespace perfopt::prof {
namespace {

struct ElfEnd {
  void operator()(Elf* elf) const noexcept { ::elf_end(elf); }
};

void add_section(Elf* elf, Elf_Scn* section, const GElf_Shdr& header, std::vector<ModuleSymbol>& symbols) {
  Elf_Data* data = ::elf_getdata(section, nullptr);
  if (data == nullptr || header.sh_entsize == 0) return;
  const std::size_t count = data->d_size / header.sh_entsize;
  for (std::size_t i = 0; i < count; ++i) {
    GElf_Sym symbol{};
    if (::gelf_getsym(data, static_cast<int>(i), &symbol) == nullptr) return;
    const unsigned type = GELF_ST_TYPE(symbol.st_info);
    if (symbol.st_shndx == SHN_UNDEF || (type != STT_FUNC && type != STT_OBJECT)) continue;
    const char* name = ::elf_strptr(elf, header.sh_link, symbol.st_name);
    if (name != nullptr) symbols.push_back({name, symbol.st_value, symbol.st_size});
  }
}

}  // namespace

std::vector<ModuleSymbol> module_symbols(const std::filesystem::path& file) {
  std::vector<ModuleSymbol> symbols;
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd || ::elf_version(EV_CURRENT) == EV_NONE) return symbols;
  const std::unique_ptr<Elf, ElfEnd> elf(::elf_begin(fd.get(), ELF_C_READ, nullptr));
  if (elf == nullptr) return symbols;
  for (Elf_Scn* section = nullptr; (section = ::elf_nextscn(elf.get(), section)) != nullptr;) {
    GElf_Shdr header{};
    if (::gelf_getshdr(section, &header) == nullptr) break;
    if (header.sh_type == SHT_SYMTAB || header.sh_type == SHT_DYNSYM) {
      add_section(elf.get(), section, header, symbols);
    }
  }
  return symbols;
}

const ModuleSymbol* find_symbol(std::span<const ModuleSymbol> symbols, std::string_view name) {
  const auto found = std::ranges::find(symbols, name, &ModuleSymbol::name);
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
