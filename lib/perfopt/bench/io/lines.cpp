// SPDX-License-Identifier: Apache-2.0
// Read a log file (log_file.hpp) line by line: how many lines and errors, how long those and the longest are.
//
// get(char) pays a call and a check for each character; std::getline copies each line; LineReader reads 256 KiB at a
// time and lets memchr find the ends; mmap saves the copy of read(2) and pays page faults (mapping.cpp).
#include <cerrno>
#include <fstream>
#include <string>

#include "perfopt/bench/io/log_file.hpp"

namespace perfopt::bench {
namespace {

struct Get final : LogFile {
  using LogFile::LogFile;
  void run() override {
    std::ifstream in(path(), std::ios::binary);
    LineCounts counts;
    char first = '\0';
    std::size_t length = 0;
    for (char c = '\0'; in.get(c);) {
      if (c == '\n') {
        counts.add(first, length);
        length = 0;
        continue;
      }
      if (length == 0) first = c;
      ++length;
    }
    if (!in.eof()) throw SystemError(EIO, "read " + path().string());
    if (length > 0) counts.add(first, length);
    finish(counts);
  }
};

struct Getline final : LogFile {
  using LogFile::LogFile;
  void run() override {
    std::ifstream in(path(), std::ios::binary);
    LineCounts counts;
    for (std::string line; std::getline(in, line);) counts.add(line);
    if (!in.eof()) throw SystemError(EIO, "read " + path().string());
    finish(counts);
  }
};

struct Mmap final : MapLines {
  explicit Mmap(const Setup& setup) : MapLines(setup, 0) {}
};

constexpr Strategy kStrategies[] = {
    {"get", Level::baseline, "std::ifstream::get for each character", "", "", make<Get>},
    {"getline", Level::conservative, "std::getline into a string", "", "a copy of each line", make<Getline>},
    {"line_reader", Level::conservative, "optim::LineReader: 256 KiB reads and memchr", "",
     "a line is valid until the next one", make<ReadLines>},
    {"mmap", Level::balanced, "the mapped file and memchr", "", "SIGBUS if the file shrinks", make<Mmap>},
};
constexpr Size kSizes[] = {{65536, SizeClass::small}, {1U << 20U, SizeClass::medium}, {1U << 23U, SizeClass::large}};

}  // namespace

const Problem& io_lines() {
  static constexpr Problem problem{
      .category = "io",
      .name = "lines",
      .title = "Read a log file in the page cache line by line",
      .unit = "bytes",
      .bytes_per_unit = 1,
      .squared = false,
      .max_size = std::size_t{1} << 30U,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = LogFile::memory_bytes,
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * std::size(kStrategies); },
  };
  return problem;
}

}  // namespace perfopt::bench
