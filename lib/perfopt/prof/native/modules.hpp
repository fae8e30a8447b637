// SPDX-License-Identifier: Apache-2.0
// The executables and libraries that profiled processes have mapped, each known once however many map it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {

inline constexpr std::string_view kVdso = "[vdso]";

class ElfImage;  // native/elf_image.hpp: sections, build-id, program headers; opened when first asked for

struct ModuleId {
  std::string path;          // as the process saw it: "/usr/lib/x86_64-linux-gnu/libc.so.6", "[vdso]"
  std::uint64_t device = 0;  // makedev(3); with `inode`, tells a replaced file from its successor; 0 unknown
  std::uint64_t inode = 0;
  friend auto operator<=>(const ModuleId&, const ModuleId&) = default;
};

class Modules {
 public:
  Modules();
  Modules(Modules&&) noexcept;
  Modules& operator=(Modules&&) noexcept;
  ~Modules();

  // The index of this module, which stays. `root`: where the process's path is to be opened ("/proc/PID/root" for one
  // in another mount namespace); used when the module is first met.
  [[nodiscard]] std::uint32_t index(const ModuleId& id, const std::string& root = "");
  [[nodiscard]] const ModuleId& at(std::uint32_t index) const;
  [[nodiscard]] std::uint32_t size() const noexcept;
  // The file, for reading; none when there is no such file any more, another took its place or it may not be read. Not
  // for the vdso, which is no file.
  [[nodiscard]] UniqueFd open(std::uint32_t index) const;
  // Null when there is no such file any more, it is not readable or no ELF file of this machine. The vdso is read from
  // our own process.
  [[nodiscard]] const ElfImage* image(std::uint32_t index) const;

 private:
  struct Module;
  std::vector<std::unique_ptr<Module>> modules_;
  std::map<ModuleId, std::uint32_t> index_;
};

// Whether a mapping of that name is of a module: not when it is memory that the kernel or the process gave a name
// ("[heap]", "//anon", "/memfd:...").
[[nodiscard]] bool names_file(std::string_view path);

}  // namespace perfopt::prof
