// SPDX-License-Identifier: Apache-2.0
// How noisy is this machine? The same small kernels against themselves, as `perfbench compare --run` measures.
//
// Four kernels run in slices of about a millisecond in processes of their own (role compare_noise_kernels), all on one
// CPU. In turns over the whole time each gets a fresh process, whose slices tell variation and how they hang together
// and whose median is that of a session, and interleaved pairs of fresh processes (compare/sliced_duel.hpp), whose
// ratios tell what a comparison can tell. Sessions that are minutes or a reboot apart differ more than these: what two
// stored results can tell is a lower bound.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "perfopt/core/cancellation.hpp"
#include "perfopt/model/noise.hpp"

namespace perfopt::bench {

inline constexpr double kLeastNoiseTime = 4;  // seconds

struct NoiseOptions {
  double max_time_s = 15;  // at least kLeastNoiseTime
  std::uint64_t seed = 0;  // of the orders; take it from random_seed()
  std::filesystem::path root = "/";
};

// Told before each step.
using NoiseProgress =
    std::function<void(const std::string& kernel, std::size_t done, std::size_t total, double left_s)>;

// Returns what is known when cancelled, with `complete` false. Throws Error when a kernel cannot run here.
[[nodiscard]] model::NoiseProfile measure_noise(const NoiseOptions& options, const NoiseProgress& progress,
                                                const Cancellation& cancellation);

// What was seen in the figures and in the machine below `root`, and what to change; the biggest gain first.
[[nodiscard]] std::vector<model::Doubt> noise_doubts(const model::NoiseProfile& profile,
                                                     const std::filesystem::path& root);

}  // namespace perfopt::bench
