// SPDX-License-Identifier: Apache-2.0
#include "perfopt/store/suite_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <system_error>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/suite_json.hpp"

namespace perfopt::store {
namespace {

namespace fs = std::filesystem;

bool is_replaceable(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return !fs::exists(status) || fs::is_regular_file(status);
}

// Only a write tells whether a file system takes one: permission bits do not know of read-only mounts, quotas and
// access lists.
void try_directory(const fs::path& directory, const fs::path& path) {
  const fs::path probe = directory / (".perfopt-" + std::to_string(::getpid()) + ".probe");
  const UniqueFd fd(::open(probe.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) throw_errno("write " + path.string() + " (choose a directory that exists and that you may write to)");
  const bool written = ::write(fd.get(), "x", 1) == 1;
  const int error_number = errno;
  ::unlink(probe.c_str());
  if (written) return;
  throw SystemError(error_number, "write " + path.string() + " (free some space, or choose another place)");
}

}  // namespace

void require_writable(const fs::path& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw BadInput("write " + path.string() + ": it is a directory; name a file in it");
  }
  if (!is_replaceable(path)) {
    (void)open_file(path, O_WRONLY | O_NONBLOCK);
    return;
  }
  if (fs::exists(path, ignored)) (void)open_file(path, O_WRONLY);
  // A link is written through: what counts is where it leads.
  const fs::path target = fs::weakly_canonical(path, ignored);
  const fs::path directory = (ignored ? path : target).parent_path();
  try_directory(directory.empty() ? fs::path(".") : directory, path);
}

void save_suite(const model::Suite& suite, const fs::path& path) {
  write_atomically(path, model::to_json_text(suite));
}

model::Suite load_suite(const fs::path& path) {
  return model::suite_from_json(read_file(path), path.string());
}

Checkpoint::Checkpoint(const fs::path& output) : path_(output), possible_(is_replaceable(output)) {
  path_ += ".partial";
}

bool Checkpoint::exists() const {
  std::error_code ignored;
  return possible_ && fs::exists(path_, ignored);
}

void Checkpoint::save(const model::Suite& suite) const {
  if (possible_) save_suite(suite, path_);
}

void Checkpoint::remove() const {
  std::error_code ignored;
  if (possible_) fs::remove(path_, ignored);
}

model::Suite load_for_resume(const fs::path& output) {
  const Checkpoint checkpoint(output);
  if (checkpoint.exists()) return load_suite(checkpoint.path());
  std::error_code ignored;
  if (fs::exists(output, ignored)) return load_suite(output);
  throw BadInput("--resume: neither " + checkpoint.path().string() + " nor " + output.string() +
                 " exists; start the run without --resume");
}

}  // namespace perfopt::store
