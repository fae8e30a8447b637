// SPDX-License-Identifier: Apache-2.0
// A log file in the page cache, and what is counted in it: what the problems that read lines share.
//
//   size    n, bytes of the file; lines of 40 to 200 characters that start with their level, about one in 8 with 'E'
//   file    one an object, written before run(), so in the page cache for every strategy; the last line has no '\n'
//   check   a count over the text that was written, character by character, exact
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "perfopt/bench/io/scratch_file.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

// How many lines, how many of them are errors, how long those and the longest are.
struct LineCounts {
  std::uint64_t lines = 0;
  std::uint64_t errors = 0;
  std::uint64_t error_bytes = 0;
  std::uint64_t longest = 0;

  void add(char first, std::size_t length) {
    ++lines;
    longest = std::max<std::uint64_t>(longest, length);
    if (first == 'E') {
      ++errors;
      error_bytes += length;
    }
  }
  void add(std::string_view line) { add(line.empty() ? '\0' : line.front(), line.size()); }
};

class LogFile : public Workload {
 public:
  explicit LogFile(const Setup& setup);

  [[nodiscard]] Work work() const override;
  void poison() override { result_.fill(0xA5A5A5A5A5A5A5A5U); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, result_); }
  void check(const Output& result) const override;

  // The same for every problem of this input.
  static double memory_bytes(std::size_t n);

 protected:
  // The bytes pass through read(2); a strategy that maps the file says otherwise.
  [[nodiscard]] virtual Limit limit() const { return Limit::page_cache_read; }
  [[nodiscard]] const std::filesystem::path& path() const { return file_.path(); }
  void finish(const LineCounts& counts) { result_ = as_array(counts); }

 private:
  using Array = std::array<std::uint64_t, 4>;
  static Array as_array(const LineCounts& counts);

  ScratchFile file_;
  std::string text_;
  Array result_{};
};

// Counts with optim::LineReader.
class ReadLines final : public LogFile {
 public:
  using LogFile::LogFile;
  void run() override;
};

// Counts with memchr over the mapped file; `flags` of mmap(2) beside MAP_PRIVATE.
class MapLines : public LogFile {
 public:
  MapLines(const Setup& setup, int flags) : LogFile(setup), flags_(flags) {}
  void run() override;

 protected:
  // Nothing is copied: the bytes are read where they are.
  [[nodiscard]] Limit limit() const override { return Limit::read_bandwidth; }

 private:
  int flags_;
};

}  // namespace perfopt::bench
