// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/suite_check.hpp"

#include <cstddef>
#include <initializer_list>
#include <vector>

#include "perfopt/model/json_fields.hpp"

namespace perfopt::model {
namespace {

struct NamedNumber {
  const char* field;
  double value;
};

struct NamedSize {
  const char* field;
  std::size_t size;
};

std::string element(const std::string& list, std::size_t index) {
  return list + "[" + std::to_string(index) + "]";
}

void require_not_negative(std::initializer_list<NamedNumber> numbers, const std::string& path) {
  for (const NamedNumber& number : numbers) {
    if (number.value < 0) {
      throw FieldError(path + number.field, "expected a number of at least 0, found " + Json(number.value).dump());
    }
  }
}

void require_times(const std::vector<double>& times, const std::string& path) {
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (times[i] < 0) {
      throw FieldError(element(path, i), "expected a time of at least 0, found " + Json(times[i]).dump());
    }
  }
}

void require_rounds(const Rounds& rounds, const std::string& path) {
  require_times(rounds.wall_ns, path + ".wall_ns");
  require_times(rounds.cpu_ns, path + ".cpu_ns");
  const std::initializer_list<NamedSize> columns{{".cpu_ns", rounds.cpu_ns.size()},
                                                 {".position", rounds.position.size()},
                                                 {".page_faults", rounds.page_faults.size()},
                                                 {".voluntary_switches", rounds.voluntary_switches.size()},
                                                 {".involuntary_switches", rounds.involuntary_switches.size()}};
  for (const NamedSize& column : columns) {
    if (column.size == 0 || column.size == rounds.wall_ns.size()) continue;
    throw FieldError(path + column.field, "has " + std::to_string(column.size) + " rounds, and wall_ns has " +
                                              std::to_string(rounds.wall_ns.size()));
  }
}

// Ends that are not known are 0; negative ones have been refused.
void require_inside(const Interval& interval, const std::string& path) {
  const bool is_below = interval.estimate < interval.low;
  const bool is_above = interval.high != 0 && interval.estimate > interval.high;
  if (!is_below && !is_above) return;
  throw FieldError(path, "is " + Json(interval.estimate).dump() + ", outside of its interval from " +
                             Json(interval.low).dump() + " to " + Json(interval.high).dump());
}

void require_summary(const Summary& summary, const std::string& path) {
  require_not_negative({{".wall_ns", summary.wall_ns},
                        {".wall_low_ns", summary.wall_low_ns},
                        {".wall_high_ns", summary.wall_high_ns},
                        {".cpu_ns", summary.cpu_ns},
                        {".items_per_second", summary.items_per_second},
                        {".bytes_per_second", summary.bytes_per_second},
                        {".spread", summary.spread},
                        {".limit_share", summary.limit_share.value_or(0)}},
                       path);
  require_inside({summary.wall_ns, summary.wall_low_ns, summary.wall_high_ns}, path + ".wall_ns");
  if (!summary.speedup) return;
  require_not_negative(
      {{".estimate", summary.speedup->estimate}, {".low", summary.speedup->low}, {".high", summary.speedup->high}},
      path + ".speedup");
  require_inside(*summary.speedup, path + ".speedup.estimate");
}

void require_variant(const Variant& variant, const std::string& path) {
  require_rounds(variant.rounds, path + ".rounds");
  require_not_negative({{".items_per_run", variant.items_per_run}, {".bytes_per_run", variant.bytes_per_run}}, path);
  const Counters& counters = variant.counters;
  require_not_negative({{".cycles", counters.cycles.value_or(0)},
                        {".instructions", counters.instructions.value_or(0)},
                        {".cache_misses", counters.cache_misses.value_or(0)},
                        {".branch_misses", counters.branch_misses.value_or(0)}},
                       path + ".counters");
  if (variant.limit) {
    require_not_negative({{".rate", variant.limit->rate}, {".units", variant.limit->units}}, path + ".limit");
  }
  require_summary(variant.summary, path + ".summary");
}

}  // namespace

void require_possible(const Suite& suite, const std::string& path) {
  require_not_negative({{".elapsed_s", suite.elapsed_s}}, path);
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    const Case& one = suite.cases[i];
    const std::string place = element(path + ".cases", i);
    require_not_negative({{".check_ns", one.check_ns}}, place);
    for (std::size_t v = 0; v < one.variants.size(); ++v) {
      require_variant(one.variants[v], element(place + ".variants", v));
    }
  }
}

}  // namespace perfopt::model
