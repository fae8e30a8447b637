// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "unit/file_size_limit.hpp"

using namespace perfopt;
namespace fs = std::filesystem;

namespace {

int error_of(auto&& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error.error_number();
  }
  return 0;
}

std::string message_of(auto&& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error.what();
  }
  return "";
}

std::ptrdiff_t entries(const fs::path& directory) {
  return std::distance(fs::directory_iterator(directory), fs::directory_iterator());
}

// Root may write anywhere: the tests of permissions act as nobody.
struct AsNobody {
  bool changed = ::geteuid() == 0 && ::seteuid(65534) == 0;
  ~AsNobody() {
    if (changed) REQUIRE(::seteuid(0) == 0);
  }
};

}  // namespace

TEST_CASE("a descriptor has one owner and is closed with it") {
  int number = -1;
  {
    UniqueFd first = open_file("/dev/null", O_RDONLY);
    number = first.get();
    CHECK((::fcntl(number, F_GETFD) & FD_CLOEXEC) != 0);
    const UniqueFd second = std::move(first);
    CHECK_FALSE(first);  // NOLINT(bugprone-use-after-move): emptied, by contract
    CHECK(second.get() == number);
  }
  CHECK(::fcntl(number, F_GETFD) == -1);
}

TEST_CASE("a whole file comes back as written, whatever its length") {
  const TempDir directory("perfopt-file-test");
  const fs::path path = directory.path() / "text";
  for (const std::size_t length : {std::size_t{0}, std::size_t{1}, std::size_t{4096}, std::size_t{300'001}}) {
    std::string text(length, 'x');
    if (length > 1) text[length - 2] = '\0';
    write_atomically(path, text);
    CHECK(read_file(path) == text);
    CHECK(entries(directory.path()) == 1);
  }
  CHECK(read_file("/proc/self/stat").size() > 10);
}

TEST_CASE("reads at an offset are complete up to the end of the file") {
  const TempDir directory("perfopt-file-test");
  const fs::path path = directory.path() / "text";
  write_atomically(path, "0123456789");
  const UniqueFd fd = open_file(path, O_RDONLY);
  CHECK(file_size(fd.get(), path) == 10);
  std::array<std::byte, 6> bytes{};
  CHECK(read_at(fd.get(), bytes, 2, path) == 6);
  CHECK(bytes[5] == std::byte{'7'});
  CHECK(read_at(fd.get(), bytes, 7, path) == 3);
  CHECK(read_at(fd.get(), bytes, 10, path) == 0);
  CHECK(error_of([&] { write_all(fd.get(), "x", path); }) == EBADF);
  CHECK(error_of([&] { (void)read_some(-1, bytes, path); }) == EBADF);
}

TEST_CASE("what cannot be read is named with the reason and what to do") {
  const TempDir directory("perfopt-file-test");
  const std::string name = directory.path().string();
  CHECK(message_of([&] { (void)read_file(name + "/none"); }) ==
        "read " + name + "/none (check the name): No such file or directory");
  CHECK(message_of([&] { (void)read_file(name); }) == "read " + name + " (name a file in it): Is a directory");
  write_atomically(name + "/secret", "x");
  fs::permissions(name + "/secret", fs::perms::none);
  const AsNobody nobody;
  CHECK(error_of([&] { (void)read_file(name + "/secret"); }) == EACCES);
}

TEST_CASE("what cannot be written is named, and the old content stays") {
  const TempDir directory("perfopt-file-test");
  const std::string name = directory.path().string();
  CHECK(message_of([&] { write_atomically(name, "x"); }) == "write " + name + " (name a file in it): Is a directory");
  CHECK(message_of([&] { write_atomically(name + "/none/file", "x"); }) ==
        "write " + name + "/none/file (create its directory first): No such file or directory");
  write_atomically(name + "/file", "old");
  CHECK(error_of([&] { write_atomically(name + "/file/x", "x"); }) == ENOTDIR);
  {
    const FileSizeLimit limit(4096);
    CHECK(error_of([&] { write_atomically(name + "/file", std::string(10'000, 'x')); }) == EFBIG);
  }
  fs::permissions(name + "/file", fs::perms::owner_read | fs::perms::others_read);
  fs::permissions(name, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  {
    const AsNobody nobody;
    CHECK(error_of([&] { write_atomically(name + "/file", "new"); }) == EACCES);
    CHECK(error_of([&] { write_atomically(name + "/other", "new"); }) == (nobody.changed ? EACCES : 0));
  }
  CHECK(read_file(name + "/file") == "old");
  CHECK(error_of([&] { write_atomically("/dev/full", "x"); }) == ENOSPC);
  CHECK(fs::is_character_file("/dev/full"));
}

TEST_CASE("a replaced file keeps its mode, and a link keeps pointing") {
  const TempDir directory("perfopt-file-test");
  const fs::path file = directory.path() / "file";
  const fs::path link = directory.path() / "link";
  fs::create_symlink("file", link);
  write_atomically(link, "first");
  CHECK(fs::is_symlink(link));
  CHECK(read_file(file) == "first");
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
  write_atomically(link, "second");
  CHECK(read_file(file) == "second");
  CHECK(fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write));
  write_atomically("/dev/null", "gone");
  CHECK(fs::is_character_file("/dev/null"));
  const fs::path loop = directory.path() / "loop";
  fs::create_symlink("loop", loop);
  CHECK(error_of([&] { write_atomically(loop, "x"); }) == ELOOP);
  const fs::path long_name = directory.path() / std::string(255, 'n');
  write_atomically(long_name, "fits");
  CHECK(read_file(long_name) == "fits");
}
