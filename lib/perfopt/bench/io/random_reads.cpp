// SPDX-License-Identifier: Apache-2.0
// Random 4 KiB reads from a device, past the page cache.
//
// One pread(2) after the other leaves the device idle between them; a device serves many at a time. Threads and
// io_uring keep several in flight, io_uring from one thread and with a system call for many.
//
//   size    n, reads; each into a block of its own: 4 KiB * n of memory
//   file    128 MiB, shared by the case, O_DIRECT; the offsets are fresh in each round
//   check   every word of every block is the one that stands at its offset (block_file.hpp), exact
//   errors  Unavailable on a file system without a device or without O_DIRECT, and where io_uring is not permitted
#include <algorithm>
#include <cstring>
#include <future>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/io/block_file.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/io/batch_reader.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kFileBlocks = 32768;

class RandomReads : public Workload {
 public:
  explicit RandomReads(const Setup& setup)
      : path_(make_block_file(setup.scratch, kFileBlocks, PageCache::without)),
        blocks_(setup.size),
        result_(setup.size) {
    Random random(setup.seed);
    std::generate(blocks_.begin(), blocks_.end(), [&] { return random.below(kFileBlocks); });
  }

  [[nodiscard]] Work work() const override {
    const auto n = static_cast<double>(blocks_.size());
    return {n, n * kBlockBytes, {Limit::disk_random_reads, n, kFileBlocks * kBlockBytes, threads(), depth()}};
  }
  void poison() override { std::memset(result_.bytes().data(), 0xA5, result_.bytes().size()); }
  [[nodiscard]] Output output() override { return exact<std::uint64_t>(Element::u64, result_.words()); }

  void check(const Output& result) const override {
    std::vector<std::uint64_t> expected(blocks_.size() * kBlockWords);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      fill_blocks(blocks_[i], std::span(expected).subspan(i * kBlockWords, kBlockWords));
    }
    require_equal(exact<std::uint64_t>(Element::u64, expected), result);
  }

 protected:
  [[nodiscard]] virtual unsigned threads() const { return 1; }
  [[nodiscard]] virtual unsigned depth() const { return 1; }

  void read_one_by_one(int fd, std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) read_exactly(fd, result_.block(i), blocks_[i] * kBlockBytes, path_);
  }

  std::filesystem::path path_;
  std::vector<std::uint64_t> blocks_;
  BlockBuffer result_;
};

struct Pread final : RandomReads {
  explicit Pread(const Setup& setup) : RandomReads(setup), fd_(open_direct(path_)) {}
  void run() override { read_one_by_one(fd_.get(), 0, blocks_.size()); }

 private:
  UniqueFd fd_;
};

struct Threads final : RandomReads {
  explicit Threads(const Setup& setup) : RandomReads(setup), fd_(open_direct(path_)), threads_(setup.threads) {
    if (threads_ < 2) throw Unavailable("needs two threads, and the limit is one");
  }
  [[nodiscard]] unsigned threads() const override { return threads_; }
  [[nodiscard]] unsigned depth() const override { return threads_; }

  void run() override {
    std::vector<std::future<void>> parts;
    for (std::size_t t = 0; t < threads_; ++t) {
      const std::size_t begin = blocks_.size() * t / threads_;
      const std::size_t end = blocks_.size() * (t + 1) / threads_;
      parts.push_back(std::async(std::launch::async, [this, begin, end] { read_one_by_one(fd_.get(), begin, end); }));
    }
    for (std::future<void>& part : parts) part.get();
  }

 private:
  UniqueFd fd_;
  unsigned threads_;
};

template <unsigned kDepth>
struct Uring final : RandomReads {
  explicit Uring(const Setup& setup) : RandomReads(setup), reader_(path_, {.depth = kDepth, .direct = true}) {
    if (!reader_.fallback_reason().empty()) throw Unavailable(reader_.fallback_reason());
    for (std::size_t i = 0; i < blocks_.size(); ++i) reads_.push_back({blocks_[i] * kBlockBytes, result_.block(i)});
  }
  [[nodiscard]] unsigned depth() const override { return kDepth; }

  void run() override {
    reader_.read(reads_);
    for (const optim::Read& read : reads_) {
      if (read.count != kBlockBytes) throw SystemError(ENODATA, "read " + path_.string() + " to its end");
    }
  }

 private:
  optim::BatchReader reader_;
  std::vector<optim::Read> reads_;
};

constexpr std::string_view kDevice = "a file system with O_DIRECT, on a device";
constexpr Strategy kStrategies[] = {
    {"pread", Level::baseline, "one pread after the other, O_DIRECT", kDevice, "", make<Pread>},
    {"threads", Level::balanced, "one pread after the other in each of the allowed threads", kDevice,
     "threads that mostly wait", make<Threads>},
    {"io_uring_64", Level::aggressive, "optim::BatchReader, 64 reads in flight from one thread",
     "io_uring permitted (Linux 5.6), O_DIRECT", "aligned buffers; all must be known at once", make<Uring<64>>},
    {"io_uring_256", Level::aggressive, "optim::BatchReader, 256 reads in flight from one thread",
     "io_uring permitted (Linux 5.6), O_DIRECT", "aligned buffers; each read waits longer in the queue",
     make<Uring<256>>},
};
constexpr Size kSizes[] = {{64, SizeClass::small}, {512, SizeClass::medium}, {2048, SizeClass::large}};

}  // namespace

const Problem& io_random_reads() {
  static constexpr Problem problem{
      .category = "io",
      .name = "random_reads",
      .title = "Random 4 KiB reads from a device",
      .unit = "reads",
      .bytes_per_unit = kBlockBytes,
      .squared = false,
      .max_size = 262144,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * (2.0 * kBlockBytes + 64); },
      .file_bytes = [](std::size_t) { return static_cast<double>(kFileBlocks * kBlockBytes); },
  };
  return problem;
}

}  // namespace perfopt::bench
