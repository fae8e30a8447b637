// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/limits.hpp"

#include <fcntl.h>
#include <liburing.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>
#include <span>
#include <thread>

#include "perfopt/bench/limit_kernels.hpp"
#include "perfopt/bench/network/loopback.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/random.hpp"

#include <benchmark/benchmark.h>

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFileBytes = std::size_t{16} << 20U;
constexpr std::size_t kPieceBytes = std::size_t{256} << 10U;
constexpr std::size_t kBlockBytes = 4096;
constexpr double kProbeSeconds = 0.004;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The best rate of `pass` (which returns the units that it did) within `seconds`, at least `fewest` times.
double best_rate(const std::function<double()>& pass, double seconds = kProbeSeconds, int fewest = 3) {
  double best = 0;
  const auto start = Clock::now();
  for (int i = 0; i < fewest || seconds_since(start) < seconds; ++i) {
    const auto begin = Clock::now();
    const double units = pass();
    best = std::max(best, units / seconds_since(begin));
  }
  return best;
}

// The sum of the best rates of `threads` threads that run `pass(thread)` at the same time.
double joint_rate(unsigned threads, const std::function<double(unsigned)>& pass) {
  if (threads <= 1) return best_rate([&] { return pass(0); });
  std::vector<double> rates(threads);
  {
    std::vector<std::jthread> workers;
    for (unsigned i = 0; i < threads; ++i) {
      workers.emplace_back([&, i] { rates[i] = best_rate([&] { return pass(i); }, 2 * kProbeSeconds); });
    }
  }
  return std::accumulate(rates.begin(), rates.end(), 0.0);
}

double flops(double (*kernel)(std::size_t, double&), unsigned threads) {
  return joint_rate(threads, [&](unsigned) {
    double sink = 0;
    const double units = kernel(20'000, sink);
    benchmark::DoNotOptimize(sink);
    return units;
  });
}

// How many cores' worth of work `threads` threads do at once.
double joint_cores(unsigned threads) {
  return flops(multiply_add_f64, threads) / flops(multiply_add_f64, 1);
}

// The part of `words` that one of `threads` threads works on.
std::span<std::uint64_t> share_of(std::vector<std::uint64_t>& words, unsigned thread, unsigned threads) {
  const std::size_t each = words.size() / std::max(threads, 1U);
  return std::span(words).subspan(thread * each, each);
}

// So many passes over a small working set that one measurement is long against the clock's step.
std::size_t passes_over(std::size_t bytes) {
  return std::max<std::size_t>(1, 262'144 / std::max<std::size_t>(bytes, 1));
}

double system_calls() {
  return best_rate([] {
    constexpr int kCalls = 1000;
    for (int i = 0; i < kCalls; ++i) syscall(SYS_getppid);
    return static_cast<double>(kCalls);
  });
}

double loopback_stream() {
  const Loopback loopback;
  constexpr std::size_t kBytes = std::size_t{8} << 20U;
  return best_rate(
      [&] {
        loopback.stream(kBytes, kPieceBytes);
        return static_cast<double>(kBytes);
      },
      5 * kProbeSeconds);
}

double round_trips() {
  const Loopback loopback;
  constexpr int kTrips = 100;
  return best_rate(
      [&] {
        loopback.round_trips(kTrips);
        return static_cast<double>(kTrips);
      },
      5 * kProbeSeconds);
}

struct Ring {
  explicit Ring(unsigned depth) {
    const int status = io_uring_queue_init(depth, &ring, 0);
    if (status < 0) throw Unavailable("io_uring: " + std::string(std::strerror(-status)));
  }
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() { io_uring_queue_exit(&ring); }
  io_uring ring{};
};

}  // namespace

LimitProbe::~LimitProbe() {
  std::error_code ignored;
  for (const auto& path : files_) std::filesystem::remove(path, ignored);
}

double LimitProbe::rate(const Bound& bound) {
  if (bound.rate > 0) return bound.rate;
  const std::size_t bytes = std::max<std::size_t>(bound.working_set_bytes, 4096);
  switch (bound.limit) {
    case Limit::none:
      return 0;
    case Limit::read_bandwidth:
      return read_bandwidth(bytes, bound.threads);
    case Limit::write_bandwidth:
      return write_bandwidth(bytes, bound.threads);
    case Limit::copy_bandwidth:
      return copy_bandwidth(bytes, bound.threads);
    case Limit::random_reads:
      return random_reads(bytes);
    case Limit::f32_flops:
      return flops(multiply_add_f32, bound.threads);
    case Limit::f64_flops:
      return flops(multiply_add_f64, bound.threads);
    case Limit::cores:
      return joint_cores(bound.threads);
    case Limit::system_calls:
      return system_calls();
    case Limit::page_cache_read:
      return page_cache_read();
    case Limit::page_cache_write:
      return page_cache_write();
    case Limit::disk_random_reads:
      return disk_random_reads(bound.depth);
    case Limit::disk_syncs:
      return disk_syncs();
    case Limit::loopback_stream:
      return loopback_stream();
    case Limit::round_trips:
      return round_trips();
    case Limit::link:
    case Limit::ranks:
      return 0;  // only the strategy knows: Bound::rate
  }
  return 0;
}

std::vector<std::uint64_t>& LimitProbe::words(std::size_t bytes) {
  words_.resize(bytes / sizeof(std::uint64_t));
  std::iota(words_.begin(), words_.end(), 1U);
  return words_;
}

double LimitProbe::read_bandwidth(std::size_t bytes, unsigned threads) {
  auto& data = words(bytes);
  return joint_rate(threads, [&](unsigned thread) {
    const auto part = share_of(data, thread, threads);
    const std::size_t passes = passes_over(part.size_bytes());
    for (std::size_t i = 0; i < passes; ++i) benchmark::DoNotOptimize(read_words(part.data(), part.size()));
    return static_cast<double>(passes * part.size_bytes());
  });
}

double LimitProbe::write_bandwidth(std::size_t bytes, unsigned threads) {
  auto& data = words(bytes);
  return joint_rate(threads, [&](unsigned thread) {
    const auto part = share_of(data, thread, threads);
    const std::size_t passes = passes_over(part.size_bytes());
    for (std::size_t i = 0; i < passes; ++i) {
      std::memset(part.data(), static_cast<int>(i), part.size_bytes());
      benchmark::ClobberMemory();
    }
    return static_cast<double>(passes * part.size_bytes());
  });
}

double LimitProbe::copy_bandwidth(std::size_t bytes, unsigned threads) {
  auto& data = words(bytes);
  return joint_rate(threads, [&](unsigned thread) {
    const auto part = share_of(data, thread, threads);
    const std::size_t half = part.size() / 2;
    const std::size_t passes = passes_over(part.size_bytes());
    for (std::size_t i = 0; i < passes; ++i) {
      std::memcpy(part.data() + half, part.data(), half * sizeof(std::uint64_t));
      benchmark::ClobberMemory();
    }
    return static_cast<double>(passes * half * sizeof(std::uint64_t));
  });
}

// One cycle through all cache lines in random order (Sattolo), each holding the index of the next.
double LimitProbe::random_reads(std::size_t bytes) {
  constexpr std::size_t kWordsPerLine = 8;
  auto& data = words(std::max<std::size_t>(bytes, 8 * kWordsPerLine * sizeof(std::uint64_t)));
  const std::size_t lines = data.size() / kWordsPerLine;
  std::vector<std::size_t> order(lines);
  std::iota(order.begin(), order.end(), 0U);
  Random random(1);
  for (std::size_t i = lines - 1; i > 0; --i) std::swap(order[i], order[random.below(i)]);
  for (std::size_t i = 0; i < lines; ++i) data[order[i] * kWordsPerLine] = order[(i + 1) % lines] * kWordsPerLine;
  std::size_t at = 0;
  return best_rate([&] {
    constexpr int kSteps = 4096;
    for (int i = 0; i < kSteps; ++i) at = data[at];
    benchmark::DoNotOptimize(at);
    return static_cast<double>(kSteps);
  });
}

std::filesystem::path LimitProbe::file(const char* name, std::size_t bytes) {
  std::filesystem::path path = scratch_ / name;
  if (std::ranges::find(files_, path) != files_.end()) return path;
  files_.push_back(path);
  const UniqueFd fd = open_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  const std::vector<std::byte> piece(kPieceBytes, std::byte{0x5A});
  for (std::size_t done = 0; done < bytes; done += piece.size()) write_all(fd.get(), piece, path);
  sync_file(fd.get(), path);
  return path;
}

double LimitProbe::page_cache_read() {
  const auto path = file("limit-read", kFileBytes);
  const UniqueFd fd = open_file(path, O_RDONLY);
  std::vector<std::byte> piece(kPieceBytes);
  return best_rate([&] {
    double bytes = 0;
    for (std::size_t offset = 0; offset < kFileBytes; offset += piece.size()) {
      bytes += static_cast<double>(read_at(fd.get(), piece, static_cast<off_t>(offset), path));
    }
    return bytes;
  });
}

double LimitProbe::page_cache_write() {
  const auto path = file("limit-write", kPieceBytes);
  const UniqueFd fd = open_file(path, O_WRONLY);
  const std::vector<std::byte> piece(kPieceBytes, std::byte{0x5A});
  return best_rate([&] {
    if (lseek(fd.get(), 0, SEEK_SET) != 0) throw_errno("seek " + path.string());
    constexpr std::size_t kPieces = 8;
    for (std::size_t i = 0; i < kPieces; ++i) write_all(fd.get(), piece, path);
    return static_cast<double>(kPieces * piece.size());
  });
}

double LimitProbe::disk_random_reads(unsigned depth) {
  const auto path = file("limit-disk", 4 * kFileBytes);
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (descriptor < 0) throw Unavailable("O_DIRECT is not supported by the file system of " + scratch_.string());
  const UniqueFd fd(descriptor);
  const std::unique_ptr<void, void (*)(void*)> buffer(std::aligned_alloc(kBlockBytes, depth * kBlockBytes), std::free);
  if (!buffer) throw std::bad_alloc();
  Ring ring(depth);  // after the buffer, so that it ends first: reads may be in flight when one fails
  Random random(static_cast<std::uint64_t>(Clock::now().time_since_epoch().count()));
  const unsigned reads = std::max(256U, 2 * depth);
  unsigned submitted = 0;
  const auto submit_one = [&](std::uint64_t slot) {
    io_uring_sqe* entry = io_uring_get_sqe(&ring.ring);
    const auto block = random.below(4 * kFileBytes / kBlockBytes);
    io_uring_prep_read(entry, fd.get(), static_cast<std::byte*>(buffer.get()) + slot * kBlockBytes,
                       static_cast<unsigned>(kBlockBytes), block * kBlockBytes);
    entry->user_data = slot;
    ++submitted;
  };
  return best_rate(
      [&] {
        submitted = 0;
        for (unsigned slot = 0; slot < depth; ++slot) submit_one(slot);
        for (unsigned done = 0; done < reads;) {
          io_uring_submit_and_wait(&ring.ring, 1);
          io_uring_cqe* completion = nullptr;
          while (done < reads && io_uring_peek_cqe(&ring.ring, &completion) == 0) {
            const auto slot = completion->user_data;
            if (completion->res != static_cast<int>(kBlockBytes)) throw Unavailable("a read of the disk probe failed");
            io_uring_cqe_seen(&ring.ring, completion);
            ++done;
            if (submitted < reads) submit_one(slot);
          }
        }
        return static_cast<double>(reads);
      },
      8 * kProbeSeconds);
}

double LimitProbe::disk_syncs() {
  const auto path = file("limit-sync", kPieceBytes);
  const UniqueFd fd = open_file(path, O_WRONLY);
  const std::vector<std::byte> block(kBlockBytes, std::byte{0x5A});
  return best_rate(
      [&] {
        if (lseek(fd.get(), 0, SEEK_SET) != 0) throw_errno("seek " + path.string());
        write_all(fd.get(), block, path);
        sync_file(fd.get(), path);
        return 1.0;
      },
      5 * kProbeSeconds, 5);
}

}  // namespace perfopt::bench
