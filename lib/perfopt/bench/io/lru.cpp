// SPDX-License-Identifier: Apache-2.0
// 1,024 skewed reads of 4 KiB blocks: from the page cache, from the device each time, or through a cache of 4,096
// blocks of one's own over the device.
//
// Four of five reads go to every fifth block, the others to any. A cache of one's own saves the system call while the
// blocks in use fit into it. Above, its misses go to the device, where the page cache still has all memory that is
// free; far above, it misses nearly always and is worth nothing even against no cache.
//
//   size    n, blocks in use
//   file    n blocks, shared by the case, on the device and in the page cache
//   state   steady: the cache holds what a read of each block and then 32,768 reads of the same distribution left in it
//   check   for each read, one word of each sector of the block, added up, is what stands there by definition
//           (block_file.hpp), exact
//   errors  Unavailable on a file system without a device or without O_DIRECT
#include <fcntl.h>
#include <algorithm>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/io/block_file.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/io/lru.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kReads = 1024;
constexpr std::size_t kCapacity = 4096;
constexpr std::size_t kWarmingReads = 8 * kCapacity;
constexpr std::size_t kSectorWords = 64;  // 512 bytes: the least that a device may have read

std::uint64_t draw(std::size_t blocks, Random& random) {
  if (random.below(5) == 0) return random.below(blocks);
  return random.below((blocks + 4) / 5) * 5;
}

class SkewedReads : public Workload {
 public:
  explicit SkewedReads(const Setup& setup)
      : path_(make_block_file(setup.scratch, setup.size, PageCache::with)), blocks_(kReads), sums_(kReads) {
    Random random(setup.seed);
    std::generate(blocks_.begin(), blocks_.end(), [&] { return draw(setup.size, random); });
  }

  [[nodiscard]] Work work() const override { return {kReads, kReads * kBlockBytes, bound()}; }
  void poison() override { std::fill(sums_.begin(), sums_.end(), 0xA5A5A5A5A5A5A5A5U); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, sums_); }

  void check(const Output& result) const override {
    std::vector<std::uint64_t> expected(kReads, 0);
    for (std::size_t i = 0; i < kReads; ++i) {
      for (std::size_t word = 0; word < kBlockWords; word += kSectorWords) expected[i] += block_word(blocks_[i], word);
    }
    require_equal(exact<std::uint64_t>(Element::u64, expected), result);
  }

 protected:
  [[nodiscard]] virtual Bound bound() const { return {}; }

  static std::uint64_t sum(std::span<const std::uint64_t> block) {
    std::uint64_t sum = 0;
    for (std::size_t word = 0; word < kBlockWords; word += kSectorWords) sum += block[word];
    return sum;
  }

  std::filesystem::path path_;
  std::vector<std::uint64_t> blocks_;
  std::vector<std::uint64_t> sums_;
};

// Reads every block into the same place, from `fd`.
class ReadEach : public SkewedReads {
 public:
  ReadEach(const Setup& setup, UniqueFd (*open)(const std::filesystem::path&))
      : SkewedReads(setup), fd_(open(path_)), block_(1) {}

  void run() override {
    for (std::size_t i = 0; i < kReads; ++i) {
      read_exactly(fd_.get(), block_.bytes(), blocks_[i] * kBlockBytes, path_);
      sums_[i] = sum(block_.words());
    }
  }

 private:
  UniqueFd fd_;
  BlockBuffer block_;
};

struct Direct final : ReadEach {
  explicit Direct(const Setup& setup) : ReadEach(setup, open_direct) {}
  [[nodiscard]] Bound bound() const override { return {Limit::disk_random_reads, kReads}; }
};

struct Buffered final : ReadEach {
  explicit Buffered(const Setup& setup)
      : ReadEach(setup, [](const std::filesystem::path& path) { return open_file(path, O_RDONLY); }) {}
};

class Cached final : public SkewedReads {
 public:
  explicit Cached(const Setup& setup)
      : SkewedReads(setup), fd_(open_direct(path_)), memory_(kCapacity + 1), cache_(kCapacity) {
    warm_up(setup);
  }

  void run() override {
    for (std::size_t i = 0; i < kReads; ++i) sums_[i] = sum(block(blocks_[i]));
  }

 private:
  using Block = std::span<std::uint64_t>;

  Block memory(std::size_t index) { return memory_.words().subspan(index * kBlockWords, kBlockWords); }

  Block block(std::uint64_t number) {
    if (const Block* held = cache_.get(number)) return *held;
    const Block block = spare_;
    read_exactly(fd_.get(), std::as_writable_bytes(block), number * kBlockBytes, path_);
    keep(number, block);
    return block;
  }

  // The memory of what leaves the cache is the next to be read into.
  void keep(std::uint64_t number, Block block) {
    const auto evicted = cache_.put(number, block);
    spare_ = evicted ? evicted->second : memory(cache_.size());
  }

  // Reads would take most of the time here and give what is known.
  void warm_up(const Setup& setup) {
    Random random(~setup.seed);
    spare_ = memory(0);
    for (std::size_t number = 0; number < std::min(setup.size, kCapacity); ++number) keep(number, spare_);
    for (std::size_t i = 0; i < kWarmingReads; ++i) {
      const std::uint64_t number = draw(setup.size, random);
      if (cache_.get(number) == nullptr) keep(number, spare_);
    }
    for (const auto& [number, block] : cache_) fill_blocks(number, block);
  }

  UniqueFd fd_;
  BlockBuffer memory_;
  optim::Lru<std::uint64_t, Block> cache_;
  Block spare_;
};

constexpr std::string_view kDevice = "a file system with O_DIRECT, on a device";
constexpr Strategy kStrategies[] = {
    {"page_cache", Level::baseline, "pread: the kernel keeps the blocks", kDevice, "", make<Buffered>},
    {"direct", Level::aggressive, "pread from the device for each block, O_DIRECT, nothing kept", kDevice,
     "the page cache; aligned buffers", make<Direct>},
    {"lru", Level::balanced, "optim::Lru of 4,096 blocks over O_DIRECT", kDevice,
     "16 MiB; above its capacity a miss costs a read from the device", make<Cached>},
};
constexpr Size kSizes[] = {{256, SizeClass::small}, {8192, SizeClass::medium}, {131072, SizeClass::large}};

}  // namespace

const Problem& io_lru() {
  static constexpr Problem problem{
      .category = "io",
      .name = "lru",
      .title = "Skewed reads of 4 KiB blocks: page cache or a cache of your own",
      .unit = "blocks",
      .bytes_per_unit = kBlockBytes,
      .squared = false,
      .max_size = 262144,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t) { return static_cast<double>(kCapacity + 1) * (kBlockBytes + 128) + 1e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * kBlockBytes; },
  };
  return problem;
}

}  // namespace perfopt::bench
