// SPDX-License-Identifier: Apache-2.0
// What this machine can do at the most, measured next to what it bounds: limits drift within minutes.
//
// Each probe repeats the tightest loop we know for a few milliseconds and takes the best repetition, because a limit
// is what was reached once. Working sets are resident before the first repetition, as a strategy's input is that
// was just built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

[[nodiscard]] std::string_view limit_name(Limit limit);
// "bytes/s", "reads/s", "operations/s", "calls/s", "round trips/s", "cores".
[[nodiscard]] std::string_view limit_unit(Limit limit);

// By how much a measured result may beat the probe before it is called impossible. Devices are shared with other
// machines and get wider room than this core's own units.
[[nodiscard]] double limit_margin(Limit limit);

class LimitProbe {
 public:
  // `scratch`: where the files of the disk probes are made; they are removed by the destructor.
  explicit LimitProbe(std::filesystem::path scratch) : scratch_(std::move(scratch)) {}
  LimitProbe(const LimitProbe&) = delete;
  LimitProbe& operator=(const LimitProbe&) = delete;
  ~LimitProbe();

  // Units of `bound.limit` per second at its working set, threads and depth. Throws Unavailable where this machine
  // cannot tell. About 5 ms; a disk probe up to 50 ms.
  [[nodiscard]] double rate(const Bound& bound);

 private:
  std::vector<std::uint64_t>& words(std::size_t bytes);
  std::filesystem::path file(const char* name, std::size_t bytes);
  double read_bandwidth(std::size_t bytes, unsigned threads);
  double write_bandwidth(std::size_t bytes, unsigned threads);
  double copy_bandwidth(std::size_t bytes, unsigned threads);
  double random_reads(std::size_t bytes);
  double page_cache_read();
  double page_cache_write();
  double disk_random_reads(unsigned depth);
  double disk_syncs();

  std::filesystem::path scratch_;
  std::vector<std::uint64_t> words_;
  std::vector<std::filesystem::path> files_;
};

}  // namespace perfopt::bench
