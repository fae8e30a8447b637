// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/temp_dir.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <exception>
#include <string>
#include <system_error>

#include "perfopt/core/error.hpp"

namespace perfopt {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRandomCharacters = 6;

// The pid in <prefix>-<pid>-<6 characters>, 0 for any other name.
pid_t pid_of(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix) || !name.substr(prefix.size()).starts_with('-')) return 0;
  const std::string_view rest = name.substr(prefix.size() + 1);
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), pid);
  const std::string_view tail(end, static_cast<std::size_t>(rest.data() + rest.size() - end));
  const bool complete = error == std::errc() && tail.size() == kRandomCharacters + 1 && tail.starts_with('-');
  return complete && pid > 0 ? pid : 0;
}

bool is_gone(pid_t pid) {
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

// An own directory, not a link, whose lock nobody holds.
bool is_abandoned(const fs::path& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  struct stat status{};
  return fd && ::fstat(fd.get(), &status) == 0 && status.st_uid == ::geteuid() &&
         ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

fs::path temp_parent(const fs::path& given) {
  if (!given.empty()) return given;
  const char* variable = std::getenv("TMPDIR");
  return variable != nullptr && *variable != '\0' ? variable : "/tmp";
}

TempDir::TempDir(std::string_view prefix, const fs::path& parent) {
  const fs::path directory = temp_parent(parent);
  std::string name = (directory / prefix).string() + "-" + std::to_string(::getpid()) + "-";
  name.append(kRandomCharacters, 'X');
  if (::mkdtemp(name.data()) == nullptr) {
    throw_errno("create a temporary directory in " + directory.string() + " (set TMPDIR to a writable directory)");
  }
  path_ = name;
  try {
    lock_ = open_file(path_, O_RDONLY | O_DIRECTORY);
    // A file system without locks leaves the pid as the only sign of life.
    if (::flock(lock_.get(), LOCK_EX) != 0 && errno != ENOLCK && errno != EOPNOTSUPP) {
      throw_errno("lock " + path_.string());
    }
  } catch (...) {
    ::rmdir(path_.c_str());
    throw;
  }
}

TempDir::TempDir(TempDir&& other) noexcept
    : path_(std::exchange(other.path_, fs::path())), lock_(std::move(other.lock_)) {}

TempDir::~TempDir() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

std::size_t remove_stale(std::string_view prefix, const fs::path& parent) noexcept {
  std::size_t removed = 0;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(temp_parent(parent))) {
      const pid_t pid = pid_of(entry.path().filename().string(), prefix);
      if (pid == 0 || !is_gone(pid) || !is_abandoned(entry.path())) continue;
      std::error_code failed;
      fs::remove_all(entry.path(), failed);
      if (!failed) ++removed;
    }
  } catch (const std::exception&) {
    return removed;  // no such directory, no permission: nothing of ours is there to remove
  }
  return removed;
}

}  // namespace perfopt
