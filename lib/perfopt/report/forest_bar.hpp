// SPDX-License-Identifier: Apache-2.0
// Intervals of changes drawn to one scale with characters: the axis, zero, the margin and the interval.
//
//     -4 %      0      +4 %
//          :    |  [=o=]          slower, beyond the margin (:)
//          : [=o|=] :             within it
//
// What lies outside the scale ends in '<' or '>'. ASCII, so that every terminal and log shows it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "perfopt/model/comparison.hpp"

namespace perfopt::report {

class ForestBar {
 public:
  // Wide enough for the intervals and margins of `benchmarks`, and at most for a change of 25 %; the half of `cells`
  // on either side of zero. `cells` is odd and at least 5.
  ForestBar(const std::vector<const model::ComparedBenchmark*>& benchmarks, std::size_t cells);

  [[nodiscard]] std::string axis() const;
  // "" without an interval.
  [[nodiscard]] std::string bar(const model::ComparedBenchmark& benchmark) const;

 private:
  // The cell of a ratio, from 0; -1 and `cells` beyond the scale.
  [[nodiscard]] long cell(double ratio) const;

  std::size_t cells_;
  double reach_ = 0;  // share at either end
};

}  // namespace perfopt::report
