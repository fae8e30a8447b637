// SPDX-License-Identifier: Apache-2.0
// One benchmark in two sessions: how settled it was, and what its medians bear. See stats/session.hpp.
#pragma once

#include <optional>
#include <string>

#include "perfopt/model/comparison.hpp"
#include "perfopt/model/result_set.hpp"
#include "perfopt/stats/session.hpp"

namespace perfopt::stats {

// What the samples of one file tell.
struct Session {
  double median = 0;              // NaN without samples
  std::size_t samples = 0;        // that are finite
  std::optional<double> scatter;  // relative: interquartile range or drift, whichever is more; empty for one value
  double uncertainty = 0;         // half width of the median's 95 % interval, relative
};
[[nodiscard]] Session session_of(const model::Result& result);

// How far two sessions of it may differ, and why: "its samples scatter by 3.1 %".
struct ExpectedNoise {
  double share = 0;
  std::string because;
};
[[nodiscard]] ExpectedNoise expected_noise(const Session& base, const Session& changed, const SessionOptions& options);

// What holds for all benchmarks of the two files.
struct FileConditions {
  std::string obstacle;  // why no verdict about times is possible; "" for none
  ExpectedNoise least;   // no benchmark may differ by less
  bool busy = false;     // something else was running for one of them
};
[[nodiscard]] model::ComparedBenchmark compare_pair(const model::Result& base, const model::Result& changed,
                                                    const SessionOptions& options, const FileConditions& conditions);

struct Paired {
  const model::Result* variant = nullptr;
  const model::Result* baseline = nullptr;
};
// How `changed` stands against its baseline now, and how `base` did: a ratio of 1.3 is that it takes 1.3 times as much
// of the baseline's time as before.
struct RelativeChange {
  double base = 0, changed = 0;  // time / time of the baseline
  model::Interval ratio;         // of the two, 95 % or wider
};
// Empty when either has too few pairs, or more than any run of perfbench.
[[nodiscard]] std::optional<RelativeChange> relative_change(const Paired& base, const Paired& changed);

}  // namespace perfopt::stats
