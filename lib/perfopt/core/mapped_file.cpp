// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/mapped_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt {
namespace {

// /dev/zero and its like fill the memory; a terminal ends when its user says so, and /dev/null at once.
void refuse_endless(const struct stat& facts, const std::filesystem::path& path) {
  constexpr unsigned kMemoryDevices = 1;
  constexpr unsigned kNull = 3;
  if (!S_ISCHR(facts.st_mode) || major(facts.st_rdev) != kMemoryDevices || minor(facts.st_rdev) == kNull) return;
  throw BadInput("read " + path.string() + ": it is a device that never ends; name a file");
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
  const UniqueFd file = open_file(path, O_RDONLY);
  struct stat facts{};
  if (fstat(file.get(), &facts) != 0) throw_errno("stat " + path.string());
  refuse_endless(facts, path);
  if (!S_ISREG(facts.st_mode) || facts.st_size == 0) {
    copy_ = read_file(path);
    return;
  }
  size_ = static_cast<std::size_t>(facts.st_size);
  void* const mapped = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (mapped == MAP_FAILED) throw_errno("map " + path.string());
  mapped_ = mapped;
  (void)madvise(mapped_, size_, MADV_SEQUENTIAL);  // advice: without it the file is read all the same
}

MappedFile::~MappedFile() {
  if (mapped_ != nullptr) munmap(mapped_, size_);
}

}  // namespace perfopt
