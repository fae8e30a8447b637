// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/symbols/debug_module.hpp"

#include <elfutils/libdwelf.h>
#include <fcntl.h>
#include <zlib.h>

#include <array>
#include <cstring>
#include <filesystem>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/prof/native/elf_image.hpp"

namespace perfopt::prof {
namespace {

namespace fs = std::filesystem;

UniqueFd try_open(const fs::path& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
}

std::string build_id_path(const std::string& directory, const unsigned char* id, std::size_t length) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string path = directory + "/.build-id/";
  for (std::size_t i = 0; i < length; ++i) {
    path += kDigits[id[i] >> 4U];
    path += kDigits[id[i] & 15U];
    if (i == 0) path += '/';
  }
  return path + ".debug";
}

bool has_build_id(int fd, const unsigned char* id, std::size_t length) {
  const std::unique_ptr<Elf, decltype(&::elf_end)> elf(::elf_begin(fd, ELF_C_READ_MMAP, nullptr), &::elf_end);
  const void* found = nullptr;
  const ssize_t found_length = elf ? ::dwelf_elf_gnu_build_id(elf.get(), &found) : -1;
  return found_length == static_cast<ssize_t>(length) && std::memcmp(found, id, length) == 0;
}

bool has_checksum(int fd, const fs::path& path, GElf_Word expected) {
  std::vector<std::byte> buffer(1U << 16U);
  uLong sum = ::crc32(0, nullptr, 0);
  off_t offset = 0;
  try {
    while (const std::size_t got = read_at(fd, buffer, offset, path)) {
      sum = ::crc32(sum, reinterpret_cast<const Bytef*>(buffer.data()), static_cast<uInt>(got));
      offset += static_cast<off_t>(got);
    }
  } catch (const SystemError&) {
    return false;  // a directory, a disk that fails: not the file that was meant
  }
  return sum == expected;
}

// `debug_directory` comes by libdwfl's own way to hand a path to its callbacks.
int find_debug_file(Dwfl_Module* module, void** user, const char*, Dwarf_Addr, const char* file, const char* link,
                    GElf_Word checksum, char** found) {
  const std::string& debug_directory = *static_cast<const std::string*>(*user);
  const unsigned char* id = nullptr;
  GElf_Addr id_address = 0;
  const int id_length = ::dwfl_module_build_id(module, &id, &id_address);
  if (id_length > 1) {
    const std::string path = build_id_path(debug_directory, id, static_cast<std::size_t>(id_length));
    UniqueFd candidate = try_open(path);
    if (candidate && has_build_id(candidate.get(), id, static_cast<std::size_t>(id_length))) {
      *found = ::strdup(path.c_str());
      return candidate.release();
    }
  }
  if (link == nullptr || file == nullptr) return -1;
  const fs::path directory = fs::path(file).parent_path();
  for (const fs::path& path :
       {directory / link, directory / ".debug" / link, fs::path(debug_directory + directory.string()) / link}) {
    UniqueFd candidate = try_open(path);
    if (!candidate || !has_checksum(candidate.get(), path, checksum)) continue;
    *found = ::strdup(path.c_str());
    return candidate.release();
  }
  return -1;
}

}  // namespace

DebugModule::DebugModule(const std::string& debug_directory) : debug_directory_(debug_directory) {
  callbacks_.find_elf = ::dwfl_build_id_find_elf;
  callbacks_.find_debuginfo = find_debug_file;
  callbacks_.section_address = ::dwfl_offline_section_address;
  dwfl_.reset(::dwfl_begin(&callbacks_));
}

DebugModule::DebugModule(UniqueFd file, const std::string& path, const std::string& debug_directory)
    : DebugModule(debug_directory) {
  if (!dwfl_ || !file) return;
  ::dwfl_report_begin(dwfl_.get());
  Dwfl_Module* reported = ::dwfl_report_offline(dwfl_.get(), path.c_str(), path.c_str(), file.get());
  if (reported != nullptr) static_cast<void>(file.release());
  finish(reported);
}

DebugModule::DebugModule(std::span<const std::byte> file, const std::string& name) : DebugModule("") {
  if (!dwfl_ || file.empty()) return;
  bytes_.assign(reinterpret_cast<const char*>(file.data()), file.size());
  ::dwfl_report_begin(dwfl_.get());
  finish(::dwfl_report_offline_memory(dwfl_.get(), name.c_str(), name.c_str(), bytes_.data(), bytes_.size()));
}

DebugModule::~DebugModule() = default;

void DebugModule::finish(Dwfl_Module* reported) {
  ::dwfl_report_end(dwfl_.get(), nullptr, nullptr);
  if (reported == nullptr) return;
  void** user = nullptr;
  ::dwfl_module_info(reported, &user, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  *user = &debug_directory_;
  if (::dwfl_module_getelf(reported, &bias_) != nullptr) module_ = reported;
}

Dwarf* DebugModule::dwarf(std::uint64_t& to_dwarf) {
  Dwarf_Addr dwarf_bias = 0;
  Dwarf* found = module_ == nullptr ? nullptr : ::dwfl_module_getdwarf(module_, &dwarf_bias);
  to_dwarf = bias_ - dwarf_bias;
  return found;
}

void DebugModule::each_symbol(
    const std::function<void(const char* name, const GElf_Sym& symbol, std::uint64_t address)>& use) {
  const int count = module_ == nullptr ? 0 : ::dwfl_module_getsymtab(module_);
  for (int i = 1; i < count; ++i) {
    GElf_Sym symbol{};
    GElf_Addr address = 0;
    const char* name = ::dwfl_module_getsym_info(module_, i, &symbol, &address, nullptr, nullptr, nullptr);
    if (name != nullptr && symbol.st_shndx != SHN_UNDEF) use(name, symbol, address - bias_);
  }
}

}  // namespace perfopt::prof
