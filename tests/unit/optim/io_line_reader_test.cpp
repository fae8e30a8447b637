// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/io/line_reader.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include <fcntl.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using optim::LineReader;

namespace {

std::vector<std::string> lines_of(const std::filesystem::path& path, std::size_t buffer_bytes) {
  LineReader reader(path, buffer_bytes);
  std::vector<std::string> lines;
  for (std::string_view line; reader.next(line);) lines.emplace_back(line);
  std::string_view line = "untouched";
  CHECK_FALSE(reader.next(line));
  CHECK(line == "untouched");
  return lines;
}

// By definition: the pieces between '\n', the last one only if it is not empty.
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

TEST_CASE("lines are what stands between line ends, at every size of the buffer") {
  const TempDir directory("perfopt-line-test");
  const std::filesystem::path path = directory.path() / "text";
  const std::string long_line(3000, 'x');
  for (const std::string& text : {std::string(), std::string("\n"), std::string("\n\n"), std::string("a"),
                                  std::string("a\n"), std::string("a\nb"), std::string("a\r\nb\r\n"),
                                  std::string("a\0b\nc", 5), long_line, long_line + "\n" + long_line + "\nend"}) {
    write_atomically(path, text);
    for (const std::size_t buffer : {1U, 2U, 3U, 7U, 4096U}) CHECK(lines_of(path, buffer) == split(text));
  }
}

TEST_CASE("random text is split as by definition") {
  const TempDir directory("perfopt-line-test");
  const std::filesystem::path path = directory.path() / "text";
  Random random(7);
  for (int round = 0; round < 20; ++round) {
    std::string text(random.below(5000), 'x');
    for (char& c : text) {
      if (random.below(1 + 20 * static_cast<unsigned>(round)) == 0) c = '\n';
    }
    write_atomically(path, text);
    CHECK(lines_of(path, 64) == split(text));
  }
}

TEST_CASE("a pipe that gives a few bytes at a time is read to its end") {
  const TempDir directory("perfopt-line-test");
  const std::filesystem::path path = directory.path() / "pipe";
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  const std::string text = "first\nsecond, longer\n\nlast";
  std::thread writer([&] {
    const UniqueFd fd = open_file(path, O_WRONLY);
    for (const char c : text) write_all(fd.get(), std::string_view(&c, 1), path);
  });
  CHECK(lines_of(path, 256) == split(text));
  writer.join();
}

TEST_CASE("a file that is missing or a directory is refused by name") {
  const TempDir directory("perfopt-line-test");
  CHECK_THROWS_WITH_AS(LineReader(directory.path() / "none"), doctest::Contains("none (check the name)"), SystemError);
  LineReader reader(directory.path());
  std::string_view line;
  CHECK_THROWS_WITH_AS((void)reader.next(line), doctest::Contains("Is a directory"), SystemError);
}
