// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/comparison_view.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "perfopt/core/units.hpp"
#include "perfopt/report/phrase.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;
using model::Comparison;
using model::MetricChange;

std::string both_values(std::optional<double> base, std::optional<double> changed, std::string_view unit) {
  const auto known = [](std::optional<double> value) { return value && std::isfinite(*value); };
  if (!known(base) && !known(changed)) return "";
  return (known(base) ? value_words(*base, unit) : "-") + " -> " + (known(changed) ? value_words(*changed, unit) : "-");
}

bool in(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool slower_fails(const Comparison& comparison) {
  return comparison.settings.fail_on.empty() || in(comparison.settings.fail_on, "slower");
}

bool gate_is_slower(const MetricChange& metric) {
  return metric.verdict == Change::slower;
}

double estimate_of(const ComparedBenchmark& benchmark) {
  const double estimate = benchmark.ratio ? benchmark.ratio->estimate : 1;
  return std::isfinite(estimate) ? estimate : 1;
}

}  // namespace

std::string value_words(double value, std::string_view unit) {
  if (unit == "ns") return format_duration_ns(value);
  if (unit == "bytes") return format_bytes(value);
  std::string text = format_rate(value);  // "8.10 M/s"
  text.erase(text.size() - std::min<std::size_t>(text.size(), 2));
  if (text.ends_with(' ')) text.pop_back();
  return unit == "1" || unit.empty() ? text : text + " " + std::string(unit);
}

ChangeTally tally(const Comparison& comparison) {
  ChangeTally count;
  for (const ComparedBenchmark& benchmark : comparison.benchmarks) {
    ++count.of[static_cast<std::size_t>(benchmark.verdict)];
    count.gates += static_cast<std::size_t>(std::ranges::count_if(benchmark.metrics, gate_is_slower));
    if (fails(comparison, benchmark)) ++count.failures;
  }
  return count;
}

bool fails(const Comparison& comparison, const ComparedBenchmark& benchmark) {
  if (benchmark.verdict == Change::failed) return true;
  if (slower_fails(comparison)) {
    if (benchmark.verdict == Change::slower || std::ranges::any_of(benchmark.metrics, gate_is_slower)) return true;
  }
  return in(comparison.settings.fail_on, change_name(benchmark.verdict));
}

std::string_view change_name(Change change) {
  constexpr std::array<std::string_view, kChanges> kNames = {"slower",  "faster", "same",  "inconclusive",
                                                             "missing", "added",  "failed"};
  return kNames[static_cast<std::size_t>(change)];
}

std::string_view sign_of(Change change) {
  constexpr std::array<std::string_view, kChanges> kSigns = {"▲", "▼", "=", "?", "−", "+", "✕"};
  return kSigns.at(static_cast<std::size_t>(change));
}

BenchmarkList with_verdict(const Comparison& comparison, Change verdict) {
  BenchmarkList list;
  for (const ComparedBenchmark& benchmark : comparison.benchmarks) {
    if (benchmark.verdict == verdict) list.push_back(&benchmark);
  }
  const auto slowest = [](const auto* a, const auto* b) { return estimate_of(*a) > estimate_of(*b); };
  const auto fastest = [](const auto* a, const auto* b) { return estimate_of(*a) < estimate_of(*b); };
  if (verdict == Change::slower || verdict == Change::inconclusive) std::stable_sort(list.begin(), list.end(), slowest);
  if (verdict == Change::faster) std::stable_sort(list.begin(), list.end(), fastest);
  return list;
}

std::vector<GateView> gates(const Comparison& comparison) {
  std::vector<GateView> list;
  for (const ComparedBenchmark& benchmark : comparison.benchmarks) {
    for (const MetricChange& metric : benchmark.metrics) {
      if (metric.verdict && *metric.verdict != Change::same) list.push_back({&benchmark, &metric});
    }
  }
  return list;
}

std::string name_of(const ComparedBenchmark& benchmark) {
  return benchmark.name + (benchmark.renamed_from.empty() ? "" : " (was: " + benchmark.renamed_from + ")");
}

std::string change_of(const ComparedBenchmark& benchmark) {
  return benchmark.ratio ? format_change(benchmark.ratio->estimate) : "";
}

std::string interval_of(const ComparedBenchmark& benchmark) {
  if (!benchmark.ratio) return "";
  std::string low = format_change(benchmark.ratio->low);
  if (low.ends_with(" %")) low.resize(low.size() - 2);
  return low + " to " + format_change(benchmark.ratio->high);
}

std::string values_of(const ComparedBenchmark& benchmark) {
  return both_values(benchmark.base, benchmark.changed, benchmark.unit);
}

std::string values_of(const MetricChange& metric) {
  return both_values(metric.base, metric.changed, metric.unit);
}

std::string metric_words(std::string_view metric) {
  std::string words(metric);
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string gate_words(const MetricChange& metric) {
  std::string words = metric_words(metric.metric) + " (second gate";
  words += metric.source.empty() ? "): " : ", " + metric.source + "): ";
  if (metric.base && metric.changed && *metric.base > 0) words += format_change(*metric.changed / *metric.base) + ", ";
  const std::string values = values_of(metric);
  if (!values.empty()) words += values + ", ";
  words += metric.verdict ? change_name(*metric.verdict) : "not judged";
  return metric.skipped_reason.empty() ? words : words + ": " + metric.skipped_reason;
}

std::string figure_words(const MetricChange& metric) {
  const std::string values = values_of(metric);
  const std::string source = metric.source.empty() ? "" : " (" + metric.source + ")";
  if (!values.empty()) return metric_words(metric.metric) + " " + values + source;
  return metric_words(metric.metric) + " not known" + source +
         (metric.skipped_reason.empty() ? "" : ": " + metric.skipped_reason);
}

std::string detectable_words(const ComparedBenchmark& benchmark) {
  if (!benchmark.detectable || !std::isfinite(*benchmark.detectable)) return "";
  return "smallest change that would have been found: " + format_percent(*benchmark.detectable);
}

std::string share_words(double share) {
  if (!std::isfinite(share)) return "-";
  std::string text = format_percent(share);  // "2.00 %", "12.5 %"
  std::string digits = text.substr(0, text.find(' '));
  if (digits.find('.') != std::string::npos) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.ends_with('.')) digits.pop_back();
  }
  return digits + " %";
}

std::string margin_words(const Comparison& comparison) {
  double margin = comparison.settings.threshold;
  bool first = true;
  for (const ComparedBenchmark& benchmark : comparison.benchmarks) {
    if (benchmark.verdict != Change::same) continue;
    if (!first && benchmark.margin != margin) return "within their margins";
    margin = benchmark.margin;
    first = false;
  }
  return "within " + share_words(margin);
}

std::string inconclusive_advice(const Comparison& comparison) {
  if (tally(comparison)[Change::inconclusive] == 0 || comparison.method == model::CompareMethod::files) return "";
  if (!comparison.complete) return "the run was interrupted: run it again to decide";
  const double budget = comparison.settings.max_time_s;
  const std::string more = budget > 0 ? " above " + format_duration_ns(budget * 1e9) : "";
  return "more time decides: raise --max-time" + more +
         ", or --threshold where a larger margin will do; `perfbench noise` says what makes this machine noisy";
}

std::vector<std::string> certainty(const Comparison& comparison) {
  std::vector<std::string> lines;
  const model::CompareSettings& settings = comparison.settings;
  const std::string rate = share_words(settings.error_rate);
  if (comparison.method == model::CompareMethod::files) {
    lines.emplace_back(
        "Both sides come from files, measured at different times: a change that is not larger than what "
        "two sessions of one machine differ by gets no verdict.");
  } else if (settings.family == "bh") {
    lines.push_back("Of the benchmarks called slower or faster, " + rate +
                    " are unchanged on average at most (Benjamini-Hochberg), however often the run looked.");
  } else {
    lines.push_back("Where nothing changed, at most " + rate +
                    " of such comparisons call any benchmark slower or faster, however often the run looked.");
  }
  if (comparison.method == model::CompareMethod::interleaved) {
    lines.push_back("Both sides were measured in turns, in random order" +
                    (settings.cpu ? ", on CPU " + std::to_string(*settings.cpu) : std::string()) + ".");
  }
  return lines;
}

std::string side_words(const model::ComparedSide& side, std::string_view role) {
  std::string words = std::string(role) + ": " + (side.command.empty() ? side.label : side.command);
  if (!side.commit.empty()) words += ", commit " + side.commit.substr(0, 12);
  if (!side.tool.empty()) words += ", by " + side.tool;
  if (!side.started.empty()) words += ", " + moment(side.started);
  return words;
}

std::vector<std::string> origin_parts(const Comparison& comparison) {
  const model::Environment& machine = comparison.environment;
  std::vector<std::string> parts;
  const auto add = [&](std::string part) {
    if (!part.empty()) parts.push_back(std::move(part));
  };
  add(moment(comparison.started));
  add(comparison.elapsed_s > 0 ? "took " + format_duration_ns(comparison.elapsed_s * 1e9) : "");
  const std::string cpus = machine.cpus_online == 0 ? "" : plural(machine.cpus_online, "CPU", "CPUs");
  add(machine.cpu_model.empty() || cpus.empty() ? machine.cpu_model + cpus : machine.cpu_model + ", " + cpus);
  add(machine.virtualization == "none" ? "" : machine.virtualization);
  add(machine.version.empty() ? "" : "perfopt " + machine.version);
  return parts;
}

std::vector<model::Doubt> doubts_of(const Comparison& comparison) {
  std::vector<model::Doubt> doubts = comparison.doubts;
  doubts.insert(doubts.end(), comparison.environment.doubts.begin(), comparison.environment.doubts.end());
  return doubts;
}

}  // namespace perfopt::report
