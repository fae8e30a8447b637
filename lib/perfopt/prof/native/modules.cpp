// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/modules.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "perfopt/prof/native/elf_image.hpp"

namespace perfopt::prof {
namespace {

UniqueFd try_open(const std::string& path) {
  return UniqueFd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
}

// Another inode on the same device is another file. A differing device says nothing: btrfs and overlayfs show the
// kernel's own in /proc/PID/maps and another in stat(2).
bool was_replaced(int fd, const ModuleId& id) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return true;
  return id.inode != 0 && status.st_dev == id.device && status.st_ino != id.inode;
}

}  // namespace

struct Modules::Module {
  ModuleId id;
  UniqueFd kept;  // of a file below another root, which is out of reach when its process has ended
  std::unique_ptr<ElfImage> image;
  bool opened = false;
};

Modules::Modules() = default;
Modules::Modules(Modules&&) noexcept = default;
Modules& Modules::operator=(Modules&&) noexcept = default;
Modules::~Modules() = default;

std::uint32_t Modules::index(const ModuleId& id, const std::string& root) {
  const auto [entry, added] = index_.try_emplace(id, size());
  if (!added) return entry->second;
  auto module = std::make_unique<Module>();
  module->id = id;
  if (!root.empty() && id.path != kVdso) module->kept = try_open(root + id.path);
  modules_.push_back(std::move(module));
  return entry->second;
}

const ModuleId& Modules::at(std::uint32_t index) const {
  return modules_.at(index)->id;
}

std::uint32_t Modules::size() const noexcept {
  return static_cast<std::uint32_t>(modules_.size());
}

UniqueFd Modules::open(std::uint32_t index) const {
  const Module& module = *modules_.at(index);
  UniqueFd file = try_open(module.kept ? "/proc/self/fd/" + std::to_string(module.kept.get()) : module.id.path);
  if (!file || was_replaced(file.get(), module.id)) return {};
  return file;
}

const ElfImage* Modules::image(std::uint32_t index) const {
  Module& module = *modules_.at(index);
  if (!module.opened) {
    module.opened = true;
    if (module.id.path == kVdso) {
      module.image = ElfImage::vdso();
    } else if (const UniqueFd file = open(index)) {
      module.image = ElfImage::read(file.get());
    }
  }
  return module.image.get();
}

bool names_file(std::string_view path) {
  if (path == kVdso) return true;
  if (!path.starts_with('/') || path.starts_with("//anon")) return false;
  return !path.starts_with("/memfd:") && !path.starts_with("/SYSV") && !path.starts_with("/dev/zero") &&
         !path.starts_with("/anon_hugepage");
}

}  // namespace perfopt::prof
