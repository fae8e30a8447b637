// SPDX-License-Identifier: Apache-2.0
#include "kernels.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <string>
#include <system_error>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

#include "perfopt/core/random.hpp"

namespace perfopt::verdicts {
namespace {

constexpr std::uint64_t kSeed = 4;

// Steps on from where the last body ended, round and round, so that all bodies meet the same caches.
class Ring {
 public:
  explicit Ring(std::size_t size) : size_(size) {}
  std::size_t next() {
    const std::size_t here = at_;
    at_ = at_ + 1 == size_ ? 0 : at_ + 1;
    return here;
  }

 private:
  std::size_t size_;
  std::size_t at_ = 0;
};

// Dependent multiplications and additions.
class Arithmetic final : public Kernel {
 public:
  void run(int percent) override {
    std::uint64_t x = 1;
    for (int i = 0; i < percent * 1000; ++i) {
      x = x * 6364136223846793005U + 1442695040888963407U;
      benchmark::DoNotOptimize(x);
    }
  }
};

// Look-ups of which half hit, in a table that fits the second cache.
class HashMap final : public Kernel {
 public:
  HashMap() {
    Random random(kSeed);
    for (std::uint64_t& key : keys_) key = random();
    for (std::size_t i = 0; i < keys_.size(); i += 2) map_[keys_[i]] = i;
    std::shuffle(keys_.begin(), keys_.end(), random);
  }
  void run(int percent) override {
    std::uint64_t sum = 0;
    for (int i = 0; i < percent * 64; ++i) {
      const auto found = map_.find(keys_[ring_.next()]);
      if (found != map_.end()) sum += found->second;
    }
    benchmark::DoNotOptimize(sum);
  }

 private:
  std::array<std::uint64_t, 8192> keys_{};
  std::unordered_map<std::uint64_t, std::uint64_t> map_;
  Ring ring_{8192};
};

// Lines of six numbers, split at commas and converted.
class StringParse final : public Kernel {
 public:
  StringParse() {
    Random random(kSeed);
    for (std::string& line : lines_) {
      for (int field = 0; field < 6; ++field) line += std::to_string(100'000 + random.below(900'000)) + ',';
    }
  }
  void run(int percent) override {
    std::uint64_t sum = 0;
    for (int i = 0; i < percent * 20; ++i) {
      const std::string& line = lines_[static_cast<std::size_t>(i) % lines_.size()];
      for (const char *at = line.data(), *end = at + line.size(); at < end; ++at) {
        std::uint64_t value = 0;
        at = std::from_chars(at, end, value).ptr;
        sum += value;
      }
    }
    benchmark::DoNotOptimize(sum);
  }

 private:
  std::array<std::string, 1000> lines_;
};

// A walk of unforeseeable turns: blocks of the same choices, each in an order of its own.
class Branchy final : public Kernel {
 public:
  Branchy() {
    Random random(kSeed);
    for (Block& block : blocks_) {
      std::iota(block.begin(), block.end(), std::uint8_t{0});
      std::shuffle(block.begin(), block.end(), random);
    }
  }
  void run(int percent) override {
    std::uint64_t state = 1;
    for (int i = 0; i < percent; ++i) {
      for (const std::uint8_t choice : blocks_[ring_.next()]) state = step(state, choice);
    }
    benchmark::DoNotOptimize(state);
  }

 private:
  using Block = std::array<std::uint8_t, 256>;
  static std::uint64_t step(std::uint64_t state, std::uint8_t choice) {
    if ((choice & 1U) != 0) {
      state += choice;
      benchmark::DoNotOptimize(state);
    }
    if ((choice & 6U) == 2) {
      state ^= state >> 7U;
      benchmark::DoNotOptimize(state);
    }
    return state;
  }
  std::array<Block, 4096> blocks_{};
  Ring ring_{4096};
};

// A sum over memory that no cache of a core holds.
class Streaming final : public Kernel {
 public:
  void run(int percent) override {
    double sum = 0;
    for (int i = 0; i < percent; ++i) {
      const double* chunk = values_.data() + ring_.next() * kChunk;
      // Of each cache line one value: the memory is what is waited for, not the addition.
      for (std::size_t j = 0; j < kChunk; j += 8) sum += chunk[j];
    }
    benchmark::DoNotOptimize(sum);
  }

 private:
  static constexpr std::size_t kChunk = 8192;
  static constexpr std::size_t kChunks = 512;  // 32 MiB
  std::vector<double> values_ = std::vector<double>(kChunk * kChunks, 1.0);
  Ring ring_{kChunks};
};

// A ring of live blocks, the oldest of which is freed for each new one.
class Allocator final : public Kernel {
 public:
  void run(int percent) override {
    for (int i = 0; i < percent * 64; ++i) {
      const std::size_t at = ring_.next();
      live_[at].reset(static_cast<char*>(std::malloc(16 + at * 37 % 1009)));
      if (live_[at]) *live_[at] = 1;
    }
  }

 private:
  struct Free {
    void operator()(char* block) const { std::free(block); }
  };
  std::array<std::unique_ptr<char, Free>, 1024> live_;
  Ring ring_{1024};
};

class Sort final : public Kernel {
 public:
  Sort() {
    Random random(kSeed);
    for (Block& block : shuffled_) {
      for (std::uint64_t& value : block) value = random();
    }
  }
  void run(int percent) override {
    for (int i = 0; i < percent * 5; ++i) {
      Block block = shuffled_[static_cast<std::size_t>(i) % shuffled_.size()];
      std::sort(block.begin(), block.end());
      benchmark::DoNotOptimize(block);
    }
  }

 private:
  using Block = std::array<std::uint64_t, 64>;
  std::array<Block, 5> shuffled_{};
};

// Pages into an open file that is never synced: the way into the kernel and its page cache.
class FileWrite final : public Kernel {
 public:
  FileWrite() {
    const char* folder = std::getenv("TMPDIR");
    std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/verdict_file_XXXXXX";
    file_ = ::mkstemp(path.data());
    if (file_ < 0) throw std::system_error(errno, std::generic_category(), path);
    ::unlink(path.c_str());
  }
  ~FileWrite() override { ::close(file_); }
  void run(int percent) override {
    for (int i = 0; i < percent; ++i) {
      const auto offset = static_cast<off_t>(ring_.next() * page_.size());
      if (::pwrite(file_, page_.data(), page_.size(), offset) < 0) {
        throw std::system_error(errno, std::generic_category(), "pwrite");
      }
    }
  }

 private:
  std::array<char, 4096> page_{};
  int file_ = -1;
  Ring ring_{256};
};

// One load after another over 8 MiB in an order that no prefetcher knows: the noisiest there is on a shared machine.
class PointerChase final : public Kernel {
 public:
  PointerChase() : nodes_(kNodes) {
    std::vector<std::uint32_t> order(kNodes);
    std::iota(order.begin(), order.end(), 0U);
    Random random(kSeed);
    std::shuffle(order.begin(), order.end(), random);
    for (std::size_t i = 0; i < kNodes; ++i) nodes_[order[i]].next = order[(i + 1) % kNodes];
  }
  void run(int percent) override {
    for (int i = 0; i < percent * 80; ++i) at_ = nodes_[at_].next;
    benchmark::DoNotOptimize(at_);
  }

 private:
  struct alignas(64) Node {
    std::uint32_t next = 0;
  };
  static constexpr std::size_t kNodes = (8U << 20U) / sizeof(Node);
  std::vector<Node> nodes_;
  std::uint32_t at_ = 0;
};

template <class Made>
Kernel& only() {
  static Made kernel;
  return kernel;
}

constexpr NamedKernel kAll[] = {
    {"arithmetic", only<Arithmetic>},
    {"hash_map", only<HashMap>},
    {"string_parse", only<StringParse>},
    {"branchy", only<Branchy>},
    {"streaming", only<Streaming>},
    {"allocator", only<Allocator>},
    {"sort", only<Sort>},
    {"file_write", only<FileWrite>},
    {"pointer_chase", only<PointerChase>},
};

}  // namespace

std::span<const NamedKernel> all_kernels() {
  return kAll;
}

}  // namespace perfopt::verdicts
