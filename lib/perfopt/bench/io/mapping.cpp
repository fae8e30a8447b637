// SPDX-License-Identifier: Apache-2.0
// Count the lines of a log file (log_file.hpp): through large reads, or in the mapped file.
//
// A mapping saves the copy that read(2) makes and pays for page tables and faults instead: with a small file more than
// the copy, and again where the file is far larger than the caches of the page tables.
#include <sys/mman.h>

#include "perfopt/bench/io/log_file.hpp"

namespace perfopt::bench {
namespace {

struct Mmap final : MapLines {
  explicit Mmap(const Setup& setup) : MapLines(setup, 0) {}
};

struct Populated final : MapLines {
  explicit Populated(const Setup& setup) : MapLines(setup, MAP_POPULATE) {}
};

constexpr Strategy kStrategies[] = {
    {"reads", Level::baseline, "optim::LineReader: 256 KiB reads and memchr", "", "", make<ReadLines>},
    {"mmap", Level::balanced, "the mapped file and memchr, a page fault for each 64 KiB", "",
     "SIGBUS if the file shrinks", make<Mmap>},
    {"mmap_populate", Level::balanced, "MAP_POPULATE: all pages are mapped by the one call", "",
     "SIGBUS if the file shrinks; the whole file is read before the first line", make<Populated>},
};
constexpr Size kSizes[] = {{16384, SizeClass::small}, {1U << 20U, SizeClass::medium}, {1U << 24U, SizeClass::large}};

}  // namespace

const Problem& io_mapping() {
  static constexpr Problem problem{
      .category = "io",
      .name = "mapping",
      .title = "Count the lines of a file by large reads or by mapping it",
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
