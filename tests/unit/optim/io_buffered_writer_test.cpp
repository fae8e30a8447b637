// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/buffered_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "unit/file_size_limit.hpp"

using namespace perfopt;
using optim::BufferedWriter;

namespace {

int error_of(auto&& call) {
  try {
    call();
  } catch (const SystemError& error) {
    return error.error_number();
  }
  return 0;
}

}  // namespace

TEST_CASE("records are stored in their order at every size of the buffer") {
  const TempDir directory("perfopt-writer-test");
  const std::filesystem::path path = directory.path() / "records";
  for (const std::size_t buffer : {1U, 10U, 64U, 4096U}) {
    std::string expected;
    {
      BufferedWriter writer(path, buffer);
      for (std::size_t i = 0; i < 200; ++i) {
        const std::string record = std::string(i % 17, static_cast<char>('a' + static_cast<int>(i % 26))) + "\n";
        writer.append(record);
        expected += record;
      }
    }
    CHECK(read_file(path) == expected);
  }
}

TEST_CASE("flush and sync hand over what was appended, and an old file is emptied") {
  const TempDir directory("perfopt-writer-test");
  const std::filesystem::path path = directory.path() / "records";
  write_atomically(path, "old content, longer than the new one");
  BufferedWriter writer(path);
  CHECK(read_file(path).empty());
  writer.append("one");
  CHECK(read_file(path).empty());
  writer.flush();
  CHECK(read_file(path) == "one");
  CHECK(writer.syncs() == 0);
  writer.append("two");
  writer.sync();
  CHECK(read_file(path) == "onetwo");
  CHECK(writer.syncs() == 1);
  writer.sync();
  CHECK(writer.syncs() == 1);  // nothing new
}

TEST_CASE("commit_every makes every n-th record durable, and all before it") {
  const TempDir directory("perfopt-writer-test");
  const std::filesystem::path path = directory.path() / "records";
  BufferedWriter writer(path);
  writer.commit_every(3);
  for (const char* record : {"a", "b"}) writer.append(record);
  CHECK(writer.syncs() == 0);
  writer.append("c");
  CHECK(writer.syncs() == 1);
  CHECK(read_file(path) == "abc");
  for (const char* record : {"d", "e", "f", "g"}) writer.append(record);
  CHECK(writer.syncs() == 2);
  CHECK(read_file(path) == "abcdef");
  writer.commit_every(0);
  for (int i = 0; i < 10; ++i) writer.append("x");
  CHECK(writer.syncs() == 2);
}

TEST_CASE("threads that sync at the same time lose nothing and share syncs") {
  const TempDir directory("perfopt-writer-test");
  const std::filesystem::path path = directory.path() / "records";
  BufferedWriter writer(path, 64);
  constexpr int kThreads = 4;
  constexpr int kRecords = 25;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&writer, t] {
      for (int i = 0; i < kRecords; ++i) {
        writer.append(std::string(9, static_cast<char>('a' + t)) + "\n");
        writer.sync();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const std::string text = read_file(path);
  CHECK(text.size() == kThreads * kRecords * 10);
  for (std::size_t i = 0; i < text.size(); i += 10) CHECK(text.substr(i, 10) == std::string(9, text[i]) + "\n");
  for (int t = 0; t < kThreads; ++t) CHECK(std::count(text.begin(), text.end(), 'a' + t) == 9 * kRecords);
  CHECK(writer.syncs() > 0);
  CHECK(writer.syncs() <= kThreads * kRecords);
}

TEST_CASE("a full disk is reported by the call that met it, and by every later one") {
  BufferedWriter writer("/dev/full", 16);
  writer.append("fits the buffer");
  CHECK(error_of([&] { writer.append("does not"); }) == ENOSPC);
  CHECK(error_of([&] { writer.append("x"); }) == ENOSPC);
  CHECK(error_of([&] { writer.flush(); }) == ENOSPC);
  CHECK(error_of([&] { writer.sync(); }) == ENOSPC);
  CHECK(error_of([] { BufferedWriter("/dev/full", 4).append("longer than the buffer"); }) == ENOSPC);
}

TEST_CASE("a file that may not grow is reported") {
  const TempDir directory("perfopt-writer-test");
  BufferedWriter writer(directory.path() / "records");
  writer.append(std::string(10'000, 'x'));
  const FileSizeLimit limit(4096);
  CHECK(error_of([&] { writer.flush(); }) == EFBIG);
}

TEST_CASE("what cannot be synced is no durable file") {
  BufferedWriter writer("/dev/null");
  writer.append("x");
  CHECK(error_of([&] { writer.sync(); }) == EINVAL);
  CHECK(writer.syncs() == 1);
  CHECK(error_of([&] { writer.append("y"); }) == EINVAL);
}

TEST_CASE("a file that cannot be made is refused by name") {
  CHECK_THROWS_WITH_AS(BufferedWriter("/nonexistent/file"),
                       doctest::Contains("write /nonexistent/file (create its directory first)"), SystemError);
}
