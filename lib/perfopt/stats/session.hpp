// SPDX-License-Identifier: Apache-2.0
// Two result files of different sessions: what they tell about a change, and what they cannot.
//
// Samples of one session are not independent of each other, and two sessions of the same program differ by more than
// either scatters: a shared core, another layout of memory, a neighbour. No statistic over the samples can remove that,
// so a verdict needs a change that is larger than sessions of such code differ by on such a machine, beyond what the
// files themselves leave open. What lies below that is inconclusive and not "no change".
//
//   noise         which share two sessions may differ by: SessionNoise, by the kind of code; it is told by how much a
//                 benchmark scatters and drifts within its files, and never less than five times that. Where the
//                 machine was busy (load average) it is at least SessionNoise::busy; where the benchmarks of the two
//                 files moved against each other, at least as far as most of them did
//   uncertainty   of a file's median: as if 36 of its samples were worth one independent sample
//   speed-ups     of the variants of a Suite over their baseline are paired within a session, in which most of the
//                 noise is common: they are judged by SessionNoise::speedup, where the machine was busy by
//                 SessionNoise::busy. A row that they decide tells them instead of its time
//   no verdict    about times on different CPUs, about different units, about a benchmark that failed on one side
//   failed        outputs that are known to differ come before any time
//
// Sources: measured on virtual machines, docs/measurements.md; Kalibera, Jones, ISMM 2013 (levels of variation).
#pragma once

#include <functional>
#include <string>

#include "perfopt/model/comparison.hpp"
#include "perfopt/model/noise.hpp"
#include "perfopt/model/result_set.hpp"

namespace perfopt::stats {

// By how much the median of one benchmark may differ between two sessions: 0.1 is 10 %. What is given here holds where
// the machine was not measured (`perfbench noise`).
struct SessionNoise {
  double compute = 0.12;     // arithmetic, branches, what stays in the caches of one core
  double allocation = 0.20;  // what allocates, sorts, touches some memory
  double memory = 0.60;      // what waits for memory, and what nothing is known of
  double busy = 2.00;        // any code, where something else was running
  double speedup = 0.20;     // of paired ratios within a session
};

// As `perfbench noise` found it on this machine: never below kLeastNoise, since an evening's sessions are not a
// month's; the default where the profile does not tell a kind.
inline constexpr double kLeastNoise = 0.05;
[[nodiscard]] SessionNoise session_noise(const model::NoiseProfile& profile);

struct SessionOptions {
  double threshold = 0.02;  // margin of "the same"
  SessionNoise noise;
  bool noise_is_measured = false;                            // on this machine; it is said in the reasons
  std::function<double(const std::string& name)> margin_of;  // instead of threshold, where it is set
};

// Benchmarks are matched by name, in the order of the base; those that only one side has are missing or added, with a
// hint where a similar name is left over on the other. `started` is left to the caller. Throws BadInput when the two
// have no benchmark in common.
[[nodiscard]] model::Comparison compare_sessions(const model::ResultSet& base, const model::ResultSet& changed,
                                                 const SessionOptions& options);

}  // namespace perfopt::stats
