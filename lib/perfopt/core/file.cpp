// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <optional>

#include "perfopt/core/error.hpp"

namespace perfopt {
namespace {

namespace fs = std::filesystem;

// What the person who named the file can do about it; "" where the reason says it all.
std::string_view advice(int error_number, bool writing) {
  switch (error_number) {
    case EISDIR:
      return " (name a file in it)";
    case ENOENT:
      return writing ? " (create its directory first)" : " (check the name)";
    case ENOTDIR:
      return " (a part of the path is a file)";
    case EACCES:
    case EPERM:
      return writing ? " (choose a place that you may write to)" : " (ask for permission to read it)";
    case EROFS:
      return " (choose a place that you may write to)";
    case ENOSPC:
    case EDQUOT:
      return " (free some space, or choose another place)";
    default:
      return "";
  }
}

[[noreturn]] void fail(std::string_view call, const fs::path& path, bool writing) {
  const int error_number = errno;
  throw SystemError(error_number, std::string(call) + " " + path.string() + std::string(advice(error_number, writing)));
}

template <class Call>
auto retry(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

std::optional<struct stat> status_of(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) return status;
  if (errno != ENOENT) fail("write", path, true);
  return std::nullopt;
}

// A dangling link is followed too: its target is what the next reader opens.
fs::path link_target(const fs::path& path) {
  fs::path target = path;
  for (int depth = 0; fs::is_symlink(fs::symlink_status(target)); ++depth) {
    if (depth == 40) throw SystemError(ELOOP, "write " + path.string());
    const fs::path next = fs::read_symlink(target);
    target = next.is_absolute() ? next : target.parent_path() / next;
  }
  return target;
}

fs::path directory_of(const fs::path& path) {
  const fs::path parent = path.parent_path();
  return parent.empty() ? fs::path(".") : parent;
}

// Short, so that it fits wherever the final name fits.
fs::path temporary_beside(const fs::path& path) {
  static std::atomic<unsigned> counter{0};
  return directory_of(path) /
         (".perfopt-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1)) + ".tmp");
}

// Removes the temporary file unless it became the final one.
struct TemporaryFile {
  fs::path path;
  bool kept = false;
  explicit TemporaryFile(fs::path name) : path(std::move(name)) {}
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!kept) ::unlink(path.c_str());
  }
};

void write_in_place(const fs::path& path, std::string_view text) {
  const UniqueFd fd = open_file(path, O_WRONLY);
  write_all(fd.get(), text, path);
}

void replace(const fs::path& path, std::string_view text, const std::optional<struct stat>& existing) {
  const fs::path name = temporary_beside(path);
  UniqueFd fd(retry([&] { return ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666); }));
  if (!fd) fail("write", path, true);
  TemporaryFile temporary(name);
  write_all(fd.get(), text, path);
  if (existing && ::fchmod(fd.get(), existing->st_mode & 07777U) != 0) fail("set the mode of", path, true);
  if (::fsync(fd.get()) != 0) fail("sync", path, true);
  if (::close(fd.release()) != 0) fail("close", path, true);
  if (::rename(name.c_str(), path.c_str()) != 0) fail("write", path, true);
  temporary.kept = true;
  sync_directory(directory_of(path));
}

}  // namespace

void UniqueFd::reset(int fd) noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

UniqueFd open_file(const fs::path& path, int flags, mode_t mode) {
  const bool writing = (flags & O_ACCMODE) != O_RDONLY;
  UniqueFd fd(retry([&] { return ::open(path.c_str(), flags | O_CLOEXEC, mode); }));
  if (!fd) fail(writing ? "write" : "read", path, writing);
  return fd;
}

std::size_t read_some(int fd, std::span<std::byte> into, const fs::path& path) {
  const ssize_t count = retry([&] { return ::read(fd, into.data(), into.size()); });
  if (count < 0) fail("read", path, false);
  return static_cast<std::size_t>(count);
}

std::size_t read_at(int fd, std::span<std::byte> into, off_t offset, const fs::path& path) {
  std::size_t done = 0;
  while (done < into.size()) {
    const std::span<std::byte> rest = into.subspan(done);
    const ssize_t count =
        retry([&] { return ::pread(fd, rest.data(), rest.size(), offset + static_cast<off_t>(done)); });
    if (count < 0) fail("read", path, false);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  return done;
}

void write_all(int fd, std::span<const std::byte> bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t count = retry([&] { return ::write(fd, bytes.data(), bytes.size()); });
    if (count < 0) fail("write", path, true);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void write_all(int fd, std::string_view text, const fs::path& path) {
  write_all(fd, std::as_bytes(std::span(text)), path);
}

void sync_file(int fd, const fs::path& path) {
  if (::fdatasync(fd) != 0) fail("sync", path, true);
}

void sync_directory(const fs::path& directory) {
  const UniqueFd fd = open_file(directory, O_RDONLY | O_DIRECTORY);
  // Some file systems cannot sync a directory; they say EINVAL.
  if (::fsync(fd.get()) != 0 && errno != EINVAL) fail("sync", directory, true);
}

std::size_t file_size(int fd, const fs::path& path) {
  struct stat status{};
  if (::fstat(fd, &status) != 0) fail("stat", path, false);
  return static_cast<std::size_t>(status.st_size);
}

std::string read_file(const fs::path& path) {
  const UniqueFd fd = open_file(path, O_RDONLY);
  std::string text(file_size(fd.get(), path) + 4096, '\0');
  std::size_t used = 0;
  for (;;) {
    const std::size_t count = read_some(fd.get(), std::as_writable_bytes(std::span(text)).subspan(used), path);
    if (count == 0) break;
    used += count;
    if (used == text.size()) text.resize(2 * text.size());
  }
  text.resize(used);
  return text;
}

void write_atomically(const fs::path& path, std::string_view text) {
  const std::optional<struct stat> existing = status_of(path);
  if (existing && S_ISDIR(existing->st_mode)) {
    errno = EISDIR;
    fail("write", path, true);
  }
  if (existing && !S_ISREG(existing->st_mode)) return write_in_place(path, text);
  // A file that its owner protected must not be replaced by the detour over its directory.
  if (existing && ::faccessat(AT_FDCWD, path.c_str(), W_OK, AT_EACCESS) != 0) fail("write", path, true);
  replace(link_target(path), text, existing);
}

}  // namespace perfopt
