// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/batch_reader.hpp"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using optim::BatchReader;
using optim::Read;

namespace {

std::string content(std::size_t bytes) {
  Random random(11);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random.below(256));
  return text;
}

// Reads pieces of all lengths, empty ones, ones over the end and behind it, and compares each with the content.
void check_pieces(BatchReader& reader, const std::string& text) {
  Random random(5);
  std::vector<std::vector<std::byte>> pieces;
  std::vector<Read> reads;
  for (int i = 0; i < 300; ++i) pieces.emplace_back(random.below(2000), std::byte{0xEE});
  for (std::vector<std::byte>& piece : pieces) reads.push_back({random.below(text.size() + 100), piece});
  reader.read(reads);
  for (const Read& read : reads) {
    const std::size_t begin = std::min<std::size_t>(read.offset, text.size());
    const std::string expected = text.substr(begin, read.into.size());
    REQUIRE(read.count == expected.size());
    CHECK(std::equal(expected.begin(), expected.end(), read.into.begin(),
                     [](char a, std::byte b) { return static_cast<std::byte>(a) == b; }));
    CHECK(std::all_of(read.into.begin() + static_cast<std::ptrdiff_t>(read.count), read.into.end(),
                      [](std::byte b) { return b == std::byte{0xEE}; }));
  }
}

int error_of(auto&& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error.error_number();
  }
  return 0;
}

// From now on io_uring_setup(2) fails in this process as under a container's default profile.
void forbid_io_uring() {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),  // the number of the system call
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(filter)), filter};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) std::_Exit(2);
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) std::_Exit(2);
}

}  // namespace

TEST_CASE("every piece has the file's bytes, through io_uring of any depth and one by one") {
  const TempDir directory("perfopt-batch-test");
  const std::filesystem::path path = directory.path() / "content";
  const std::string text = content(100'000);
  write_atomically(path, text);
  for (const unsigned depth : {0U, 1U, 2U, 64U, 100'000U}) {
    BatchReader reader(path, {.depth = depth});
    if (!reader.fallback_reason().empty()) MESSAGE("without io_uring: " << reader.fallback_reason());
    check_pieces(reader, text);
    check_pieces(reader, text);  // a reader can be used again
  }
  BatchReader one_by_one(path, {.io_uring = false});
  CHECK(one_by_one.fallback_reason() == "io_uring was not asked for");
  check_pieces(one_by_one, text);
}

TEST_CASE("no reads and an empty file are no error") {
  const TempDir directory("perfopt-batch-test");
  const std::filesystem::path path = directory.path() / "empty";
  write_atomically(path, "");
  std::vector<std::byte> into(10);
  for (const bool io_uring : {true, false}) {
    BatchReader reader(path, {.io_uring = io_uring});
    reader.read({});
    Read reads[] = {{0, into, 99}, {1000, into, 99}};
    reader.read(reads);
    CHECK(reads[0].count == 0);
    CHECK(reads[1].count == 0);
  }
}

TEST_CASE("a pipe that gives less than asked is read on until the piece is full") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const UniqueFd in(ends[0]);
  UniqueFd out(ends[1]);
  BatchReader reader("/proc/self/fd/" + std::to_string(in.get()), {.depth = 4});
  if (!reader.fallback_reason().empty()) return;  // pread(2) does not read pipes
  const pid_t child = ::fork();
  if (child == 0) {
    for (int i = 0; i < 10; ++i) {
      if (::write(out.get(), "0123456789", 10) != 10) std::_Exit(1);
      ::usleep(2000);
    }
    std::_Exit(0);
  }
  REQUIRE(child > 0);
  out.reset();
  std::vector<std::byte> into(200);
  Read reads[] = {{0, into}};
  reader.read(reads);
  CHECK(reads[0].count == 100);
  CHECK(into[99] == std::byte{'9'});
  REQUIRE(::waitpid(child, nullptr, 0) == child);
}

TEST_CASE("a failing read is reported by path after all others have ended") {
  const TempDir directory("perfopt-batch-test");
  std::vector<std::byte> into(4096);
  for (const bool io_uring : {true, false}) {
    BatchReader reader(directory.path(), {.depth = 2, .io_uring = io_uring});
    std::vector<Read> reads(10, Read{0, into});
    CHECK(error_of([&] { reader.read(reads); }) == EISDIR);
    CHECK_THROWS_WITH_AS(reader.read(reads), doctest::Contains(directory.path().c_str()), SystemError);
  }
  CHECK(error_of([&] { BatchReader("/nonexistent"); }) == ENOENT);
}

TEST_CASE("where io_uring is forbidden, the same reads are made one by one and the reason is told") {
  const TempDir directory("perfopt-batch-test");
  const std::filesystem::path path = directory.path() / "content";
  write_atomically(path, "0123456789");
  const pid_t child = ::fork();
  if (child == 0) {
    forbid_io_uring();
    try {
      BatchReader reader(path);
      std::vector<std::byte> into(4);
      Read reads[] = {{5, into}};
      reader.read(reads);
      const bool told = reader.fallback_reason() == "io_uring: Operation not permitted";
      std::_Exit(told && reads[0].count == 4 && into[0] == std::byte{'5'} ? 0 : 1);
    } catch (...) {
      std::_Exit(3);
    }
  }
  REQUIRE(child > 0);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
