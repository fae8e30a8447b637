// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/io/log_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>

#include <cstring>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/io/line_reader.hpp"

namespace perfopt::bench {
namespace {

// Above 1 MiB the text repeats: long enough that no branch predictor learns the lines, short enough to make for each
// round.
constexpr std::size_t kDistinctBytes = std::size_t{1} << 20U;
constexpr std::size_t kLeastBoundedBytes = std::size_t{4} << 20U;

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

struct Mapping {
  void* memory;
  std::size_t bytes;
  Mapping(int fd, std::size_t size, int flags)
      : memory(::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | flags, fd, 0)), bytes(size) {
    if (memory == MAP_FAILED) throw_errno("mmap");
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  ~Mapping() { ::munmap(memory, bytes); }
};

}  // namespace

LogFile::LogFile(const Setup& setup) : file_(setup, "lines") {
  Random random(setup.seed);
  const std::string distinct = make_text(std::min(setup.size, kDistinctBytes), random);
  text_.reserve(setup.size);
  while (text_.size() < setup.size) text_.append(distinct, 0, setup.size - text_.size());
  if (text_.ends_with('\n')) text_.back() = 'x';
  file_.fill(text_);
}

// Small files fit in a cache that the probe of the page cache does not: it is no limit for them.
Work LogFile::work() const {
  const auto bytes = static_cast<double>(text_.size());
  const bool bounded = text_.size() >= kLeastBoundedBytes || limit() == Limit::read_bandwidth;
  return {bytes, bytes, bounded ? Bound{limit(), bytes, text_.size()} : Bound{}};
}

LogFile::Array LogFile::as_array(const LineCounts& counts) {
  return {counts.lines, counts.errors, counts.error_bytes, counts.longest};
}

void LogFile::check(const Output& result) const {
  LineCounts expected;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text_.size(); ++i) {
    if (i < text_.size() && text_[i] != '\n') continue;
    expected.add(text_[begin], i - begin);
    begin = i + 1;
  }
  require_equal(exact<std::uint64_t>(Element::u64, as_array(expected)), result);
}

double LogFile::memory_bytes(std::size_t n) {
  return 2.0 * static_cast<double>(n) + 2.0 * kDistinctBytes;
}

void ReadLines::run() {
  optim::LineReader reader(path());
  LineCounts counts;
  for (std::string_view line; reader.next(line);) counts.add(line);
  finish(counts);
}

void MapLines::run() {
  const UniqueFd fd = open_file(path(), O_RDONLY);
  const Mapping mapping(fd.get(), file_size(fd.get(), path()), flags_);
  std::string_view rest(static_cast<const char*>(mapping.memory), mapping.bytes);
  LineCounts counts;
  for (;;) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) break;
    counts.add(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  if (!rest.empty()) counts.add(rest);
  finish(counts);
}

}  // namespace perfopt::bench
