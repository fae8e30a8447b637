// SPDX-License-Identifier: Apache-2.0
// Read a log file line by line: how many lines, how many of them are errors, how long those and the longest are.
//
// The file is in the page cache. get(char) pays a call and a check for each character; std::getline copies each line;
// LineReader reads 256 KiB at a time and lets memchr find the ends; mmap saves the copy of read(2) and pays page
// faults.
//
//   size    n, bytes of the file; lines of 40 to 200 characters that start with their level, about one in 8 with 'E'
//   file    one an object, written before run(), so in the page cache for every strategy; the last line has no '\n'
//   check   a count over the text that was written, character by character, exact
#include <fcntl.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <string>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/io/scratch_file.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/io/line_reader.hpp"

namespace perfopt::bench {
namespace {

struct Counts {
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

// Above 1 MiB the text repeats: long enough that no branch predictor learns the lines, short enough to make for each
// round.
constexpr std::size_t kDistinctBytes = std::size_t{1} << 20U;

std::string make_text(std::size_t bytes, Random& random) {
  static constexpr std::string_view kLevels = "EWIIIDDD";
  std::string text;
  text.reserve(bytes + 256);
  while (text.size() < bytes) {
    text += kLevels[random.below(kLevels.size())];
    const std::size_t length = 39 + random.below(161);
    for (std::size_t i = 0; i < length; i += 8) {
      // Eight letters from one number, none of them a '\n'.
      std::uint64_t letters = (random() & 0x0F0F0F0F0F0F0F0FU) + 0x6161616161616161U;
      char word[sizeof letters];
      std::memcpy(word, &letters, sizeof word);
      text.append(word, std::min(sizeof word, length - i));
    }
    text += '\n';
  }
  text.resize(bytes);
  return text;
}

class Lines : public Workload {
 public:
  explicit Lines(const Setup& setup) : file_(setup, "lines") {
    Random random(setup.seed);
    const std::string distinct = make_text(std::min(setup.size, kDistinctBytes), random);
    text_.reserve(setup.size);
    while (text_.size() < setup.size) text_.append(distinct, 0, setup.size - text_.size());
    if (text_.ends_with('\n')) text_.back() = 'x';
    file_.fill(text_);
  }

  [[nodiscard]] Work work() const override {
    const auto bytes = static_cast<double>(text_.size());
    return {bytes, bytes, bound(bytes)};
  }
  void poison() override { result_.fill(0xA5A5A5A5A5A5A5A5U); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, result_); }

  void check(const Output& result) const override {
    Counts expected;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text_.size(); ++i) {
      if (i < text_.size() && text_[i] != '\n') continue;
      expected.add(text_[begin], i - begin);
      begin = i + 1;
    }
    require_equal(exact<std::uint64_t>(Element::u64, as_array(expected)), result);
  }

 protected:
  using Array = std::array<std::uint64_t, 4>;
  static Array as_array(const Counts& counts) {
    return {counts.lines, counts.errors, counts.error_bytes, counts.longest};
  }
  void finish(const Counts& counts) { result_ = as_array(counts); }
  [[nodiscard]] virtual Bound bound(double bytes) const { return {Limit::page_cache_read, bytes, text_.size()}; }

  ScratchFile file_;
  std::string text_;

 private:
  Array result_{};
};

struct Get final : Lines {
  using Lines::Lines;
  void run() override {
    std::ifstream in(file_.path(), std::ios::binary);
    Counts counts;
    char first = '\0';
    std::size_t length = 0;
    for (char c; in.get(c);) {
      if (c == '\n') {
        counts.add(first, length);
        length = 0;
        continue;
      }
      if (length == 0) first = c;
      ++length;
    }
    if (!in.eof()) throw SystemError(EIO, "read " + file_.path().string());
    if (length > 0) counts.add(first, length);
    finish(counts);
  }
};

struct Getline final : Lines {
  using Lines::Lines;
  void run() override {
    std::ifstream in(file_.path(), std::ios::binary);
    Counts counts;
    for (std::string line; std::getline(in, line);) counts.add(line);
    if (!in.eof()) throw SystemError(EIO, "read " + file_.path().string());
    finish(counts);
  }
};

struct Reader final : Lines {
  using Lines::Lines;
  void run() override {
    optim::LineReader reader(file_.path());
    Counts counts;
    for (std::string_view line; reader.next(line);) counts.add(line);
    finish(counts);
  }
};

struct Mapping {
  void* memory;
  std::size_t bytes;
  Mapping(int fd, std::size_t size) : memory(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0)), bytes(size) {
    if (memory == MAP_FAILED) throw_errno("mmap");
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(memory, bytes); }
};

struct Mmap final : Lines {
  using Lines::Lines;
  // Nothing is copied: the bytes are read where they are.
  [[nodiscard]] Bound bound(double bytes) const override { return {Limit::read_bandwidth, bytes, text_.size()}; }

  void run() override {
    const UniqueFd fd = open_file(file_.path(), O_RDONLY);
    const Mapping mapping(fd.get(), file_size(fd.get(), file_.path()));
    std::string_view rest(static_cast<const char*>(mapping.memory), mapping.bytes);
    Counts counts;
    for (;;) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) break;
      counts.add(rest.substr(0, end));
      rest.remove_prefix(end + 1);
    }
    if (!rest.empty()) counts.add(rest);
    finish(counts);
  }
};

constexpr Strategy kStrategies[] = {
    {"get", Level::baseline, "std::ifstream::get for each character", "", "", make<Get>},
    {"getline", Level::conservative, "std::getline into a string", "", "a copy of each line", make<Getline>},
    {"line_reader", Level::conservative, "optim::LineReader: 256 KiB reads and memchr", "",
     "a line is valid until the next one", make<Reader>},
    {"mmap", Level::balanced, "the mapped file and memchr", "", "SIGBUS if the file shrinks; a page fault each 64 KiB",
     make<Mmap>},
};
constexpr Size kSizes[] = {{65536, SizeClass::small}, {1U << 20U, SizeClass::medium}, {1U << 24U, SizeClass::large}};

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
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) + 2.0 * kDistinctBytes; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n); },
  };
  return problem;
}

}  // namespace perfopt::bench
