// SPDX-License-Identifier: Apache-2.0
// The kernels of `perfbench noise` as a program that runs slices (slices/protocol.hpp), without any framework: a role
// of this program. One iteration takes 5 to 100 us. Its words are a directory for the file.
//
//   compute     a chain of multiplications: frequency, preemption
//   memory      dependent loads in 8 MiB: caches and memory bandwidth shared with neighbours, placement of pages
//   allocation  allocate, fill and sort 1,000 integers: heap, branches
//   file        write 4 KiB and read it again: system calls, page cache
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/bench/slices/protocol.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

constexpr std::uint32_t kLinks = 8U << 20U >> 2U;  // 8 MiB of indices

class Kernels {
 public:
  explicit Kernels(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Returns what the kernel computed, so that no compiler leaves it out.
  std::uint64_t run(std::size_t index, std::uint64_t iterations) {
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i < iterations; ++i) {
      switch (index) {
        case 0:
          sum += compute();
          break;
        case 1:
          sum += chase();
          break;
        case 2:
          sum += allocate();
          break;
        default:
          sum += write_and_read();
      }
    }
    return sum;
  }

 private:
  std::uint64_t compute() {
    constexpr int kSteps = 10'000;
    for (int i = 0; i < kSteps; ++i) state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return state_;
  }

  // Sattolo's shuffle: one cycle through all indices.
  std::uint64_t chase() {
    constexpr int kSteps = 1000;
    if (links_.empty()) {
      links_.resize(kLinks);
      std::iota(links_.begin(), links_.end(), 0U);
      Random random(1);
      for (std::uint32_t i = kLinks - 1; i > 0; --i) std::swap(links_[i], links_[random.below(i)]);
    }
    for (int i = 0; i < kSteps; ++i) at_ = links_[at_];
    return at_;
  }

  std::uint64_t allocate() {
    constexpr std::size_t kValues = 1000;
    std::vector<std::uint64_t> values(kValues);
    for (std::uint64_t& value : values) value = random_();
    std::sort(values.begin(), values.end());
    return values[kValues / 2];
  }

  std::uint64_t write_and_read() {
    if (!file_) {
      const std::filesystem::path path = directory_ / ("noise-" + std::to_string(::getpid()));
      file_ = open_file(path, O_RDWR | O_CREAT | O_EXCL, 0600);
      ::unlink(path.c_str());
    }
    if (::pwrite(file_.get(), block_.data(), block_.size(), 0) != static_cast<ssize_t>(block_.size()) ||
        ::pread(file_.get(), block_.data(), block_.size(), 0) != static_cast<ssize_t>(block_.size())) {
      throw_errno("write and read a file in " + directory_.string());
    }
    return static_cast<std::uint64_t>(++block_[0]);
  }

  std::filesystem::path directory_;
  std::uint64_t state_ = 1;
  std::vector<std::uint32_t> links_;
  std::uint32_t at_ = 0;
  Random random_{2};
  UniqueFd file_;
  std::array<unsigned char, 4096> block_{};
};

double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

std::string slice(Kernels& kernels, std::size_t index, std::uint64_t iterations) {
  rusage before{};
  rusage after{};
  ::getrusage(RUSAGE_SELF, &before);
  const double cpu = cpu_seconds();
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t result = kernels.run(index, iterations);
  const double wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  const double cpu_s = cpu_seconds() - cpu;
  ::getrusage(RUSAGE_SELF, &after);
  std::array<char, 256> line{};
  std::snprintf(line.data(), line.size(), "ran %llu %.9g %.9g %ld %ld %ld -1 %ld 1 0 %llu",
                static_cast<unsigned long long>(iterations), wall_s, cpu_s,
                after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt,
                after.ru_nvcsw - before.ru_nvcsw, after.ru_nivcsw - before.ru_nivcsw, after.ru_maxrss * 1024,
                static_cast<unsigned long long>(result));
  return line.data();
}

void say(FILE* out, const std::string& line) {
  if (std::fprintf(out, "%s\n", line.c_str()) < 0 || std::fflush(out) != 0) std::_Exit(0);  // nobody reads any more
}

}  // namespace

int compare_noise_kernels(const std::vector<std::string>& words) {
  const char* descriptors = std::getenv(kSlicesVariable);
  int in = -1;
  int out = -1;
  if (words.size() != 1 || descriptors == nullptr || std::sscanf(descriptors, "%d,%d", &in, &out) != 2) {
    throw BadInput("a role of perfbench noise, which starts it with a directory and two pipes");
  }
  FILE* reader = ::fdopen(in, "r");
  FILE* writer = ::fdopen(out, "w");
  if (reader == nullptr || writer == nullptr) throw_errno("open the pipes to perfbench noise");
  say(writer, kSlicesGreeting);
  for (const char* name : {"compute", "memory", "allocation", "file"}) say(writer, std::string("benchmark ") + name);
  say(writer, "ready");
  Kernels kernels(words[0]);
  constexpr std::size_t kKernels = 4;
  std::array<char, 128> line{};
  while (std::fgets(line.data(), static_cast<int>(line.size()), reader) != nullptr) {
    std::size_t index = 0;
    unsigned long long iterations = 0;
    const bool understood = std::sscanf(line.data(), "run %zu %llu", &index, &iterations) == 2 && index < kKernels;
    say(writer, understood ? slice(kernels, index, std::max(iterations, 1ULL)) : "failed not understood");
  }
  std::_Exit(0);  // the next worker waits for this core
}

}  // namespace perfopt::bench
