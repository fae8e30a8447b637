// SPDX-License-Identifier: Apache-2.0
// A file of one workload object: its own name in Setup::scratch, removed with the object.
#pragma once

#include <filesystem>
#include <string_view>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

class ScratchFile {
 public:
  // Two objects never share a name, also with equal seeds. Makes no file.
  ScratchFile(const Setup& setup, std::string_view prefix);
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

  // Creates or replaces the content, which stays in the page cache.
  void fill(std::string_view content) const;

  // Leaves a content that no strategy produces.
  void poison() const { fill("poison"); }

 private:
  std::filesystem::path path_;
};

}  // namespace perfopt::bench
