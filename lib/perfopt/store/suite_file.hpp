// SPDX-License-Identifier: Apache-2.0
// Suite documents as files, and the checkpoint from which an interrupted run goes on.
//
// Files are replaced whole (core/file.hpp), so that a reader, or a run that is killed at any moment, finds the old or
// the new document and never a part of one.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "perfopt/model/suite.hpp"

namespace perfopt::store {

// Asks before a long run what a write after it would find out: throws SystemError or BadInput when `path` is a
// directory, lies in none, or may not be written. Leaves nothing behind and changes nothing.
void require_writable(const std::filesystem::path& path);

void save_suite(const model::Suite& suite, const std::filesystem::path& path);

// Throws SystemError for an unreadable file and BadInput for one that is no Suite document.
[[nodiscard]] model::Suite load_suite(const std::filesystem::path& path);

// "results.json.partial" beside "results.json": what was finished so far.
class Checkpoint {
 public:
  // Keeps nothing for an output that is no regular file (a device or a pipe).
  explicit Checkpoint(const std::filesystem::path& output);

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] bool exists() const;
  void save(const model::Suite& suite) const;
  void remove() const;

 private:
  std::filesystem::path path_;
  bool possible_;
};

// What --resume goes on from: the checkpoint of `output`, else `output` itself. Throws BadInput when neither exists.
[[nodiscard]] model::Suite load_for_resume(const std::filesystem::path& output);

}  // namespace perfopt::store
