// SPDX-License-Identifier: Apache-2.0
// The Noise document: how fine a verdict this machine allows, measured on small kernels with nothing changed.
//
// Shares are of the typical time: 0.02 is 2 %. Raw session medians and pairs are stored; the figures derive from them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"

namespace perfopt::model {

// The smallest change that `perfbench compare --run` tells with probability 0.95 in that time, for one benchmark.
struct DetectableChange {
  double seconds = 0;
  double change = 0;
};

struct KernelNoise {
  std::string name;  // "compute", "memory", "allocation", "file"
  std::string does;
  std::string metric;                        // that the figures are of: "cpu_time" or "wall_time"
  double typical_ns = 0;                     // of one slice of about a millisecond
  double wall_variation = 0;                 // of slices of one process: 1.4826 MAD / median
  double cpu_variation = 0;                  // likewise
  double autocorrelation = 0;                // of a slice with the next
  double widening = 1;                       // how much wider a mean is than that of independent samples
  std::optional<double> session_spread;      // standard deviation of the medians of fresh processes
  std::optional<double> pair_spread;         // robust deviation of the log ratio of an interleaved pair
  double pair_s = 0;                         // that a pair takes
  std::vector<DetectableChange> detectable;  // empty: too few pairs
  std::optional<double> sessions_tell;       // smallest change that two stored results may call
  std::vector<double> session_ns;            // median slice of each fresh process, in order
  std::vector<double> log_ratio;             // of each pair, in order
};

struct NoiseProfile {
  static constexpr std::string_view kSchema = "perfopt.noise";
  static constexpr int kSchemaVersion = 1;

  std::string started;  // ISO 8601, UTC
  double elapsed_s = 0;
  bool complete = true;          // false: interrupted
  std::string machine;           // machine_key() of the environment
  std::optional<unsigned> cpu;   // that everything was pinned to
  std::optional<bool> isolated;  // that CPU is kept free of other work (isolcpus)
  Environment environment;
  std::vector<KernelNoise> kernels;
  std::vector<Doubt> doubts;  // what was seen and what to change, the biggest gain first
};

// 16 hex digits that stay the same while host, processor, number of CPUs and virtualization do.
[[nodiscard]] std::string machine_key(const Environment& environment);

// Null when the profile does not have it.
[[nodiscard]] const KernelNoise* find_kernel(const NoiseProfile& profile, std::string_view name);

}  // namespace perfopt::model
