// SPDX-License-Identifier: Apache-2.0
// Temporary directories that do not outlive their run, and the removal of those that did.
//
// A directory is named <prefix>-<pid>-<6 characters>, mode 0700, and locked (flock) while its object lives. It is
// stale when its process is gone and nobody holds the lock: the lock also protects runs in another PID namespace.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "perfopt/core/file.hpp"

namespace perfopt {

// `given` unless empty, else $TMPDIR unless empty, else /tmp.
[[nodiscard]] std::filesystem::path temp_parent(const std::filesystem::path& given = {});

class TempDir {
 public:
  // `prefix` without '/'. Throws SystemError when temp_parent(parent) is missing, not writable or full.
  explicit TempDir(std::string_view prefix, const std::filesystem::path& parent = {});
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&&) = delete;
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  // Removes the directory with all that is in it; what cannot be removed is left behind.
  ~TempDir();

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  UniqueFd lock_;
};

// Removes the directories of killed runs of this user in temp_parent(parent); returns how many. What cannot be read
// or removed is skipped: cleaning up must not stop a run.
std::size_t remove_stale(std::string_view prefix, const std::filesystem::path& parent = {}) noexcept;

}  // namespace perfopt
