// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <optional>

#include "perfopt/report/comparison_formats.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/csv_row.hpp"

namespace perfopt::report {
namespace {

constexpr std::string_view kHeader =
    "benchmark,renamed_from,role,metric,unit,verdict,fails,base,changed,ratio,ratio_low,ratio_high,sure_low,sure_high,"
    "margin,p_slower,p_faster,detectable,session_noise,pairs,seconds,source,reason\n";

void add_interval(CsvRow& row, const std::optional<model::Interval>& interval, bool with_estimate) {
  if (with_estimate) row.figure(interval ? std::optional(interval->estimate) : std::nullopt);
  row.figure(interval ? std::optional(interval->low) : std::nullopt);
  row.figure(interval ? std::optional(interval->high) : std::nullopt);
}

std::string verdict_row(const model::Comparison& comparison, const model::ComparedBenchmark& benchmark) {
  CsvRow row;
  row.text(benchmark.name);
  row.text(benchmark.renamed_from);
  row.text("verdict");
  row.text(benchmark.metric);
  row.text(benchmark.unit);
  row.text(change_name(benchmark.verdict));
  row.text(fails(comparison, benchmark) ? "yes" : "");
  row.figure(benchmark.base);
  row.figure(benchmark.changed);
  add_interval(row, benchmark.ratio, true);
  add_interval(row, benchmark.sure, false);
  row.figure(benchmark.margin);
  row.figure(benchmark.p_slower);
  row.figure(benchmark.p_faster);
  row.figure(benchmark.detectable);
  row.figure(benchmark.session_noise);
  row.figure(std::uint64_t{benchmark.pairs.log_ratio.size()});
  row.figure(benchmark.seconds);
  row.text("");
  row.text(benchmark.reason);
  return std::move(row).line();
}

std::string metric_row(const model::ComparedBenchmark& benchmark, const model::MetricChange& metric) {
  CsvRow row;
  row.text(benchmark.name);
  row.text(benchmark.renamed_from);
  row.text(metric.verdict ? "gate" : "figure");
  row.text(metric.metric);
  row.text(metric.unit);
  row.text(metric.verdict ? change_name(*metric.verdict) : "");
  row.text("");
  row.figure(metric.base);
  row.figure(metric.changed);
  const bool both = metric.base && metric.changed && *metric.base > 0;
  row.figure(both ? std::optional(*metric.changed / *metric.base) : std::nullopt);
  constexpr int kOfTheVerdictAlone = 11;  // ratio_low to seconds
  for (int i = 0; i < kOfTheVerdictAlone; ++i) row.text("");
  row.text(metric.source);
  row.text(metric.skipped_reason);
  return std::move(row).line();
}

}  // namespace

std::string comparison_csv(const model::Comparison& comparison) {
  std::string out(kHeader);
  for (const model::ComparedBenchmark& benchmark : comparison.benchmarks) {
    out += verdict_row(comparison, benchmark);
    for (const model::MetricChange& metric : benchmark.metrics) out += metric_row(benchmark, metric);
  }
  return out;
}

}  // namespace perfopt::report
