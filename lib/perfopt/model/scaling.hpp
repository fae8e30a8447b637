// SPDX-License-Identifier: Apache-2.0
// How a computation scales over ranks, and the laws that its points bear.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace perfopt::model {

struct Interval {
  double estimate = 0, low = 0, high = 0;  // 95 %
};

enum class ScalingKind : std::uint8_t {
  strong,  // the same work on more ranks; speed-up is T(1) / T(p)
  weak,    // as much work a rank; speed-up is p * T(1 rank, its work) / T(p ranks, p times the work)
};

struct ScalingPoint {
  unsigned workers = 1;
  Interval speedup;
  Interval efficiency;  // speed-up / workers
};

struct Scaling {
  std::string category;
  std::string problem;
  std::string unit;
  ScalingKind kind = ScalingKind::strong;
  std::uint64_t size = 0;                // strong: of the work; weak: of the work of one rank
  std::vector<ScalingPoint> points;      // ascending by workers, from 2 on
  std::optional<Interval> serial_share;  // of Amdahl's law (strong) or Gustafson's (weak); may be negative by noise
  std::optional<Interval> contention;    // sigma of the universal scalability law; needs three points
  std::optional<Interval> coherency;     // kappa of it
  std::optional<double> peak_workers;    // where the law has its maximum, when that lies within what was measured
  std::string sentence;
};

}  // namespace perfopt::model
