// SPDX-License-Identifier: Apache-2.0
// What a benchmark problem is: a workload with one meaning, and several strategies that compute it.
//
// A problem is one file: it derives one Workload from this header that owns the input (made from Setup::seed,
// so that equal seeds give equal inputs) and the output, and from that one final class a strategy, which adds
// run(). Every strategy of a problem has the same input, the same canonical output and the same check. The first
// strategy is the naive baseline.
//
// What the runner does with an object, in this order, each step exactly once per round:
//   construct  make(setup): build the input and whatever a user would hold ready beforehand      untimed
//   warm()     bring it into the state of a program in use: data in the caches that hold it,
//              threads of a pool awake; what it computes is poisoned afterwards                   untimed
//   poison()   overwrite every output, so that a stale or untouched one cannot pass               untimed
//   run()      the strategy; the only thing that is timed; throws when a call that it makes fails TIMED
//   output()   the result in the problem's canonical order                                        untimed
//   check()    (baseline and approximate outputs) the result is right by the problem's definition  untimed
//   destroy
// In each round all strategies get the same fresh seed. An exact output is compared with the baseline's by
// XXH3 (first difference reported); an approximate one (tolerance > 0) passes through check() itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {

class Services;

// How much a user must accept to take a strategy.
//   conservative  meaning unchanged: layout, buffers, containers, single-threaded SIMD with run-time dispatch
//   balanced      threads, batching, lossless compression, other allocators
//   aggressive    O_DIRECT, io_uring, hand-tuned kernels that need particular hardware
enum class Level : std::uint8_t { baseline, conservative, balanced, aggressive };

// A physical limit of this machine that bounds a strategy; measured beside it. `units` of Bound are in:
enum class Limit : std::uint8_t {
  none,               // nothing simple bounds it
  read_bandwidth,     // bytes that must be read from a working set of Bound::working_set_bytes
  write_bandwidth,    // bytes that must be stored into such a working set
  copy_bandwidth,     // bytes copied (counted once) within such a working set
  random_reads,       // dependent random reads in such a working set
  f32_flops,          // single-precision operations (an FMA counts two)
  f64_flops,          // double-precision operations
  cores,              // CPU nanoseconds of work on one thread; the limit is `threads` cores at their joint rate
  system_calls,       // cheapest system calls
  page_cache_read,    // bytes read(2) in 256 KiB pieces from a file in the page cache
  page_cache_write,   // bytes write(2)n in 256 KiB pieces into a file in the page cache
  disk_random_reads,  // 4 KiB O_DIRECT reads at the queue depth Bound::depth
  disk_syncs,         // write + fdatasync of 4 KiB
  loopback_stream,    // bytes through one TCP connection over loopback, in pieces of 256 KiB
  round_trips,        // one byte there and back over a TCP connection over loopback
  link,               // bytes over an emulated link of the rate Bound::rate
  ranks,              // seconds of work on the reference rank; Bound::rate is the joint speed of all ranks
};

// A lower bound of what any correct run of this strategy has to do. A result that needs less time than the limit
// allows is refused as impossible, so state only what is unavoidable (for read_bandwidth: bytes that must be
// touched; 0 units with Limit::none when in doubt).
struct Bound {
  Limit limit = Limit::none;
  double units = 0;
  std::size_t working_set_bytes = 0;
  unsigned threads = 1;  // how many the strategy may use; bandwidths, operations and cores are those of all of them
  unsigned depth = 1;    // queue depth, for disk_random_reads
  double rate = 0;       // units per second, where the strategy itself knows or has measured it beside; 0: probe it
};

struct Work {
  double items = 0;  // what one run() processes, in the problem's unit
  double bytes = 0;  // payload that one run() processes; the same for every strategy of the problem
  Bound bound;
  double held_bytes = 0;  // memory that the strategy holds for its data, where that differs between strategies
};

enum class Element : std::uint8_t { u8, u32, u64, i32, f32, f64 };

// One result. The bytes stay valid until the next poison(), run() or destruction.
struct Output {
  std::span<const std::byte> bytes;
  Element element = Element::u8;  // how to show the first difference
  double tolerance = 0;           // 0: exact. Else check() compares with a double reference, relative to its size
};

template <class T>
[[nodiscard]] Output exact(Element element, std::span<const T> values) {
  return {std::as_bytes(values), element, 0};
}
template <class T>
[[nodiscard]] Output approximate(Element element, std::span<const T> values, double tolerance) {
  return {std::as_bytes(values), element, tolerance};
}

struct Setup {
  std::size_t size = 0;           // in the problem's unit
  std::uint64_t seed = 0;         // equal seeds, equal input
  unsigned threads = 1;           // most threads that run() may use
  std::filesystem::path scratch;  // a directory that lives as long as this problem at this size; files that all
                                  // rounds share are made there once, an object's own files carry its seed and
                                  // are removed by its destructor
  Services* services = nullptr;   // what outlives the case; never null in a run
};

// What one run() took where it was not this thread that waited for it, but other processes that worked.
struct RunTime {
  double wall_ns = 0;
  double cpu_ns = 0;  // of all of them
};

class Workload {
 public:
  Workload() = default;
  Workload(const Workload&) = delete;
  Workload& operator=(const Workload&) = delete;
  virtual ~Workload() = default;

  [[nodiscard]] virtual Work work() const = 0;
  virtual void warm() {}  // only where no strategy learns from seeing its input twice: no data-dependent branches
  virtual void poison() = 0;
  virtual void run() = 0;
  [[nodiscard]] virtual Output output() = 0;
  // Throws IntegrityError that names the first wrong element ("element 17: expected 5, got 9"). Must be
  // independent of run(): by definition, by invariant or against a double reference; must judge `result`, not
  // members, so that a corrupted copy is seen.
  virtual void check(const Output& result) const = 0;

  // Of the last run(), by a strategy that `measures_itself`: its figures stand for those of the call.
  [[nodiscard]] virtual bool measures_itself() const { return false; }
  [[nodiscard]] virtual RunTime measured() const { return {}; }
  // On what it ran, in words: "PostgreSQL 15.18, own cluster"; the same for all strategies of the problem.
  [[nodiscard]] virtual std::string conditions() const { return {}; }
  // What this strategy found out about the last run(), valid after output(): "hit rate 37 %", "chose zstd".
  [[nodiscard]] virtual std::string note() const { return {}; }
};

// Throws Unavailable with the reason where this machine cannot run the strategy.
using Make = std::unique_ptr<Workload> (*)(const Setup&);

template <class T>
std::unique_ptr<Workload> make(const Setup& setup) {
  return std::make_unique<T>(setup);
}

struct Strategy {
  std::string_view name;  // "blocked"
  Level level;
  std::string_view does;   // one line, what is different: "32 x 32 tiles"
  std::string_view needs;  // library, kernel feature or permission; "" for nothing
  std::string_view costs;  // what the user pays: memory, threads, weaker meaning; "" for nothing
  Make make;
  std::string_view weaker = {};  // set when the result means less (weaker durability): labelled, never a plain win
  unsigned workers = 0;          // set when it is the baseline's computation on so many ranks: its scaling is fitted
};

enum class SizeClass : std::uint8_t { small, medium, large };

struct Size {
  std::size_t n;
  SizeClass size_class;
};

struct Problem {
  std::string_view category;  // "memory", "cpu", "io"
  std::string_view name;      // "transpose"
  std::string_view title;     // "Transpose a square matrix of doubles"
  std::string_view unit;      // what size counts: "elements", "rows", "bytes", "records"
  double bytes_per_unit;      // payload bytes of one unit; turns --sizes 64KiB into a count (for a quadratic
                              // problem, of the side: size = sqrt(bytes / bytes_per_unit) when `squared`)
  bool squared;
  std::size_t max_size;                   // above this a request is refused as too large
  std::span<const Size> sizes;            // the default ladder, ascending
  std::span<const Strategy> strategies;   // the baseline first
  double (*memory_bytes)(std::size_t n);  // upper bound of the memory that one object with any strategy needs
  double (*file_bytes)(std::size_t n);    // the same on disk, all objects of a round together; 0 if none
  double weight = 1;     // of a case when time is shared out: more where round trips or commits cannot be made shorter
  bool one_cpu = false;  // the strategies and the servers that they start share one CPU (placement.hpp)
};

}  // namespace perfopt::bench
