// SPDX-License-Identifier: Apache-2.0
// A file as text in memory without a copy of it: its pages come and go as they are read.
//
// What cannot be mapped (a pipe, /proc) is read as a whole. A file that somebody cuts short while it is mapped ends the
// process with SIGBUS, as with every program that maps files. A failure is a SystemError with the path; a device that
// never ends (/dev/zero) is BadInput.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace perfopt {

class MappedFile {
 public:
  explicit MappedFile(const std::filesystem::path& path);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  // As long as this object lives.
  [[nodiscard]] std::string_view text() const noexcept {
    return mapped_ == nullptr ? std::string_view(copy_) : std::string_view(static_cast<const char*>(mapped_), size_);
  }

 private:
  void* mapped_ = nullptr;
  std::size_t size_ = 0;
  std::string copy_;
};

}  // namespace perfopt
