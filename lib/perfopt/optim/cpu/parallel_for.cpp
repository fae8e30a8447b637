// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/cpu/parallel_for.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <map>
#include <mutex>

#include <tbb/blocked_range.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace perfopt::optim {
namespace {

using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point started) {
  return std::chrono::duration<double, std::nano>(Clock::now() - started).count();
}

// The threads that loops of one width share, and what waking them costs.
struct Pool {
  explicit Pool(unsigned threads) : arena(static_cast<int>(threads)) {}

  tbb::task_arena arena;
  std::once_flag measured;
  double cost_ns = 0;
};

// Never destroyed: a loop may run while the program ends.
Pool& pool(unsigned threads) {
  static auto* const mutex = new std::mutex;
  static auto* const pools = new std::map<unsigned, Pool>;
  const std::lock_guard lock(*mutex);
  return pools->try_emplace(threads, threads).first->second;
}

// All threads meet: each waits until every other has come, but no longer (the pool promises no concurrency).
void meet(Pool& pool, unsigned threads, double patience_ns) {
  std::atomic<unsigned> here{0};
  const auto started = Clock::now();
  pool.arena.execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<unsigned>(0, threads, 1),
        [&](const auto&) {
          here.fetch_add(1);
          while (here.load() < threads && ns_since(started) < patience_ns) {
          }
        },
        tbb::simple_partitioner());
  });
}

double measure_cost_ns(Pool& pool, unsigned threads) {
  std::array<double, 15> rounds{};
  constexpr double kPatienceNs = 100'000;
  meet(pool, threads, 100 * kPatienceNs);  // the pool may have to start its threads first
  for (double& round : rounds) {
    const auto started = Clock::now();
    meet(pool, threads, kPatienceNs);
    round = ns_since(started);
  }
  // The least, because it is kept for good: what else runs on the machine at this moment is not our cost. pays_off()
  // has a margin for the usual round.
  return *std::ranges::min_element(rounds);
}

double cost_ns(Pool& pool, unsigned threads) {
  std::call_once(pool.measured, [&] { pool.cost_ns = measure_cost_ns(pool, threads); });
  return pool.cost_ns;
}

unsigned width(unsigned max_threads) {
  const auto most = static_cast<unsigned>(tbb::info::default_concurrency());
  return max_threads == 0 ? most : std::min(max_threads, most);
}

constexpr double kTrustedNs = 1000;  // a shorter time than many readings of the clock tells nothing
constexpr double kPieceNs = 2000;    // that one piece on the calling thread should take
constexpr double kGrowth = 16;       // from one piece to the next, at most

// Whether the pool would save more of `rest_ns` than twice what it costs: projections are rough, and a loop that
// stays on its thread never loses.
bool pays_off(double rest_ns, unsigned threads) {
  return rest_ns * (1.0 - 1.0 / threads) > 2 * cost_ns(pool(threads), threads);
}

void run_in_pool(std::size_t begin, std::size_t end, std::size_t grain, detail::RangeBody body, unsigned threads) {
  pool(threads).arena.execute([&] {
    tbb::parallel_for(tbb::blocked_range<std::size_t>(begin, end, grain),
                      [body](const auto& range) { body(range.begin(), range.end()); });
  });
}

}  // namespace

double dispatch_cost_ns(unsigned threads) {
  const unsigned most = width(threads);
  return most < 2 ? 0 : cost_ns(pool(most), most);
}

namespace detail {

void parallel_ranges(std::size_t begin, std::size_t end, RangeBody body, const ParallelOptions& options) {
  const unsigned threads = width(options.max_threads);
  const std::size_t grain = std::max<std::size_t>(options.grain, 1);
  if (threads < 2) {
    if (begin < end) body(begin, end);
    return;
  }
  for (std::size_t piece = grain; begin < end;) {
    piece = std::min(piece, end - begin);
    const auto started = Clock::now();
    body(begin, begin + piece);
    begin += piece;
    if (begin >= end) return;
    const double ns = ns_since(started);
    const double rest_ns = ns / static_cast<double>(piece) * static_cast<double>(end - begin);
    if (ns >= kTrustedNs && end - begin > grain && pays_off(rest_ns, threads)) {
      return run_in_pool(begin, end, grain, body, threads);
    }
    const double growth = std::clamp(kPieceNs / std::max(ns, 1.0), 1.0, kGrowth);
    piece = std::max(grain, static_cast<std::size_t>(static_cast<double>(piece) * growth));
  }
}

}  // namespace detail
}  // namespace perfopt::optim
