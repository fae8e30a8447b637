// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/wording.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "perfopt/core/units.hpp"

namespace perfopt::bench {
namespace {

using model::Change;

std::string percent(double share, int digits) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.*f %%", digits, share * 100);
  return text.data();
}

// As many digits as a person would say.
std::string plain_percent(double share) {
  return percent(share, std::abs(share) < 0.1 ? 1 : 0);
}

std::string interval_words(const model::Interval& ratio) {
  return format_change(ratio.estimate) + " (95 %: " + format_change(ratio.low) + " to " + format_change(ratio.high) +
         ")";
}

}  // namespace

std::string share_reason(double cpu_share) {
  const std::string share = percent(cpu_share, 0);
  return cpu_share >= 0.9 ? "CPU time: the body computes " + share + " of its time"
                          : "wall time: the body computes only " + share + " of its time, the rest it waits";
}

std::string reason_of(const model::ComparedBenchmark& benchmark, std::size_t pairs, double error_rate) {
  const std::string count = format_count(pairs) + " pairs";
  if (!benchmark.ratio) return "not decided: " + count + " are too few to say anything";
  const std::string change = interval_words(*benchmark.ratio) + " over " + count;
  switch (benchmark.verdict) {
    case Change::slower:
    case Change::faster:
      return change + "; a false alarm has a chance below " + plain_percent(error_rate);
    case Change::same:
      return "within " + plain_percent(benchmark.margin) + ": " + change;
    default:
      break;
  }
  std::string text = "not decided: " + change;
  if (benchmark.detectable) text += "; a change of " + plain_percent(*benchmark.detectable) + " would have been found";
  return text;
}

}  // namespace perfopt::bench
