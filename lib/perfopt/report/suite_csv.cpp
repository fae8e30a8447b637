// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "perfopt/report/csv_row.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {
namespace {

constexpr std::string_view kHeader =
    "category,problem,unit,size,size_class,variant,level,weaker,status,reason,best,verdict,speedup,speedup_low,"
    "speedup_high,wall_ns,wall_q1_ns,wall_q3_ns,cpu_ns,spread,items_per_second,bytes_per_second,limit,limit_unit,"
    "limit_rate,limit_share,peak_rss_bytes,rss_growth_bytes,allocations,allocated_bytes,page_faults_per_run,"
    "voluntary_switches_per_run,involuntary_switches_per_run,rounds,instances,conditions,note\n";

std::string_view status_text(model::Status status) {
  return status == model::Status::ok ? "ok" : status == model::Status::skipped ? "skipped" : "failed";
}

void add_times(CsvRow& row, const model::Variant& variant) {
  const model::Summary& summary = variant.summary;
  const auto shown = [&](double value) { return is_measured(variant) ? std::optional(value) : std::nullopt; };
  row.figure(shown(summary.wall_ns));
  row.figure(shown(summary.wall_low_ns));
  row.figure(shown(summary.wall_high_ns));
  row.figure(shown(summary.cpu_ns));
  row.figure(shown(summary.spread));
  row.figure(shown(summary.items_per_second));
  row.figure(shown(summary.bytes_per_second));
}

void add_limit(CsvRow& row, const model::Variant& variant) {
  row.text(variant.limit ? variant.limit->limit : "");
  row.text(variant.limit ? variant.limit->unit : "");
  row.figure(variant.limit ? std::optional(variant.limit->rate) : std::nullopt);
  row.figure(is_measured(variant) ? variant.summary.limit_share : std::nullopt);
}

void add_resources(CsvRow& row, const model::Case& item, const model::Variant& variant) {
  row.figure(variant.resources.peak_rss_bytes);
  row.figure(variant.resources.rss_growth_bytes);
  row.figure(variant.resources.allocations);
  row.figure(variant.resources.allocated_bytes);
  row.figure(per_run(variant.rounds.page_faults, item.instances));
  row.figure(per_run(variant.rounds.voluntary_switches, item.instances));
  row.figure(per_run(variant.rounds.involuntary_switches, item.instances));
  row.figure(std::uint64_t{variant.rounds.wall_ns.size()});
  row.figure(item.instances);
}

std::string row_of(const model::Case& item, const model::Variant& variant) {
  CsvRow row;
  for (const std::string& text : {item.category, item.problem, item.unit}) row.text(text);
  row.figure(item.size);
  for (const std::string& text : {item.size_class, variant.name, variant.level, variant.weaker}) row.text(text);
  const bool case_decides = item.status != model::Status::ok && variant.status == model::Status::ok;
  row.text(status_text(case_decides ? item.status : variant.status));
  row.text(case_decides ? item.reason : variant.reason);
  row.text(variant.name == item.best.variant ? "yes" : "");
  row.text(is_measured(variant) ? verdict_text(variant.summary.verdict) : "");
  const auto speedup = speedup_of(variant);
  row.figure(speedup ? std::optional(speedup->estimate) : std::nullopt);
  row.figure(speedup ? std::optional(speedup->low) : std::nullopt);
  row.figure(speedup ? std::optional(speedup->high) : std::nullopt);
  add_times(row, variant);
  add_limit(row, variant);
  add_resources(row, item, variant);
  row.text(item.conditions);
  row.text(variant.note);
  return std::move(row).line();
}

}  // namespace

std::string suite_csv(const model::Suite& suite) {
  std::string out(kHeader);
  for (const model::Case& item : suite.cases) {
    for (const model::Variant& variant : item.variants) out += row_of(item, variant);
    if (item.variants.empty()) out += row_of(item, model::Variant{});
  }
  return out;
}

}  // namespace perfopt::report
