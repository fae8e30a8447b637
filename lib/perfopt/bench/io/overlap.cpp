// SPDX-License-Identifier: Apache-2.0
// Count the bytes of a file by value: read a piece and count it, or read the next piece while this one is counted.
//
// Read and count one after the other take the sum of both times, overlapped ones the longer of both. A small file ends
// before the second thread has paid for itself.
//
//   size    n, bytes, in pieces of 256 KiB
//   file    2 n bytes, shared by the case, O_DIRECT: the page cache is not involved; each round starts elsewhere
//   check   the counts of the content that stands there by definition (block_file.hpp), exact
//   errors  Unavailable on a file system without a device or without O_DIRECT, and with one thread
#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <semaphore>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/io/block_file.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kPieceBlocks = 64;
constexpr std::size_t kPieceBytes = kPieceBlocks * kBlockBytes;

using Counts = std::array<std::uint64_t, 256>;

void count(std::span<const std::byte> bytes, Counts& counts) {
  for (const std::byte byte : bytes) ++counts[std::to_integer<std::size_t>(byte)];
}

class Overlap : public Workload {
 public:
  explicit Overlap(const Setup& setup)
      : blocks_((setup.size + kBlockBytes - 1) / kBlockBytes),
        bytes_(setup.size),
        path_(make_block_file(setup.scratch, 2 * blocks_, PageCache::without)),
        fd_(open_direct(path_)),
        first_(Random(setup.seed).below(blocks_ + 1)),
        buffer_(2 * kPieceBlocks) {}

  [[nodiscard]] Work work() const override { return {static_cast<double>(bytes_), static_cast<double>(bytes_), {}}; }
  void poison() override { counts_.fill(0xA5A5A5A5A5A5A5A5U); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, counts_); }

  void check(const Output& result) const override {
    Counts expected{};
    std::array<std::uint64_t, kBlockWords> words{};
    for (std::size_t block = 0; block < blocks_; ++block) {
      fill_blocks(first_ + block, words);
      count(std::as_bytes(std::span(words)).first(std::min(kBlockBytes, bytes_ - block * kBlockBytes)), expected);
    }
    require_equal(exact<std::uint64_t>(Element::u64, expected), result);
  }

 protected:
  [[nodiscard]] std::size_t pieces() const { return (bytes_ + kPieceBytes - 1) / kPieceBytes; }

  // Reads piece `index` into half `half` of the buffer; returns what of it counts.
  std::span<const std::byte> read_piece(std::size_t index, std::size_t half) {
    const std::size_t begin = index * kPieceBytes;
    const std::size_t wanted = std::min(kPieceBytes, bytes_ - begin);
    const std::size_t aligned = (wanted + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    const std::span<std::byte> into = buffer_.bytes().subspan(half * kPieceBytes, aligned);
    read_exactly(fd_.get(), into, first_ * kBlockBytes + begin, path_);
    return into.first(wanted);
  }

  Counts counts_{};

 private:
  std::size_t blocks_;
  std::size_t bytes_;
  std::filesystem::path path_;
  UniqueFd fd_;
  std::uint64_t first_;  // block where this round starts
  BlockBuffer buffer_;
};

struct Serial final : Overlap {
  using Overlap::Overlap;
  void run() override {
    counts_.fill(0);
    for (std::size_t i = 0; i < pieces(); ++i) count(read_piece(i, 0), counts_);
  }
};

void require_two_threads(const Setup& setup) {
  if (setup.threads < 2) throw Unavailable("needs two threads, and the limit is one");
}

struct DoubleBuffer final : Overlap {
  explicit DoubleBuffer(const Setup& setup) : Overlap(setup) { require_two_threads(setup); }

  void run() override {
    std::array<std::span<const std::byte>, 2> halves;
    std::counting_semaphore<2> free(2);
    std::counting_semaphore<2> full(0);
    std::atomic<bool> failed = false;
    std::future<void> reader = std::async(std::launch::async, [&] {
      for (std::size_t i = 0; i < pieces(); ++i) {
        free.acquire();
        try {
          halves[i % 2] = read_piece(i, i % 2);
        } catch (...) {
          failed = true;
          full.release();
          throw;
        }
        full.release();
      }
    });
    counts_.fill(0);
    for (std::size_t i = 0; i < pieces(); ++i) {
      full.acquire();
      if (failed) break;
      count(halves[i % 2], counts_);
      free.release();
    }
    reader.get();
  }
};

// Each thread alternates on its own half of the file; what one reads overlaps with what the other counts.
struct Split final : Overlap {
  explicit Split(const Setup& setup) : Overlap(setup) { require_two_threads(setup); }

  void run() override {
    const std::size_t middle = pieces() / 2;
    std::future<Counts> second = std::async(std::launch::async, [&] { return count_pieces(middle, pieces(), 1); });
    const Counts first = count_pieces(0, middle, 0);
    const Counts rest = second.get();
    for (std::size_t i = 0; i < counts_.size(); ++i) counts_[i] = first[i] + rest[i];
  }

 private:
  Counts count_pieces(std::size_t begin, std::size_t end, std::size_t half) {
    Counts counts{};
    for (std::size_t i = begin; i < end; ++i) count(read_piece(i, half), counts);
    return counts;
  }
};

constexpr std::string_view kDevice = "a file system with O_DIRECT, on a device; two threads";
constexpr Strategy kStrategies[] = {
    {"serial", Level::baseline, "read a piece, count it, read the next", "a file system with O_DIRECT, on a device", "",
     make<Serial>},
    {"double_buffer", Level::balanced, "a thread reads the next piece while this one is counted", kDevice,
     "a second thread and a second buffer", make<DoubleBuffer>},
    {"split", Level::balanced, "each of two threads reads and counts its own half", kDevice,
     "a second thread; the work must be divisible", make<Split>},
};
constexpr Size kSizes[] = {
    {1U << 18U, SizeClass::small}, {1U << 22U, SizeClass::medium}, {1U << 25U, SizeClass::large}};

}  // namespace

const Problem& io_overlap() {
  static constexpr Problem problem{
      .category = "io",
      .name = "overlap",
      .title = "Count the bytes of a file on a device by value",
      .unit = "bytes",
      .bytes_per_unit = 1,
      .squared = false,
      .max_size = std::size_t{1} << 30U,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t) { return 2.0 * kPieceBytes + 1e6; },
      .file_bytes = [](std::size_t n) { return 2.0 * static_cast<double>(n) + 2.0 * kBlockBytes; },
  };
  return problem;
}

}  // namespace perfopt::bench
