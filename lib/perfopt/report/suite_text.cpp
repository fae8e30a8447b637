// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/suite_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "perfopt/core/units.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {

std::string suite_text(const model::Suite& suite, const TextOptions& options) {
  switch (options.format) {
    case TextFormat::markdown:
      return suite_markdown(suite, options.verbose);
    case TextFormat::csv:
      return suite_csv(suite);
    case TextFormat::console:
      break;
  }
  return suite_console(suite, options);
}

std::string interval_text(const model::Variant& variant) {
  const auto speedup = speedup_of(variant);
  return speedup ? format_ratio(speedup->low) + " to " + format_ratio(speedup->high) : "";
}

std::string speedup_text(const model::Variant& variant) {
  const auto speedup = speedup_of(variant);
  return speedup ? format_ratio(speedup->estimate) : "";
}

std::string limit_share_text(const model::Variant& variant) {
  const auto& share = variant.summary.limit_share;
  return is_measured(variant) && share && std::isfinite(*share) ? format_percent(*share) : "";
}

std::string limit_name(const model::LimitUse& limit) {
  std::string name = limit.limit;
  std::ranges::replace(name, '_', ' ');
  return name;
}

std::string summary_line(const model::Suite& suite) {
  const Tally total = tally(suite);
  std::string line =
      plural(total.cases, "case", "cases") + " measured (" + plural(total.results, "result", "results") + ")";
  if (suite.elapsed_s > 0) line += " in " + format_duration_ns(suite.elapsed_s * 1e9);
  line += total.failures == 0 ? "; no failure" : "; " + plural(total.failures, "FAILURE", "FAILURES");
  if (total.skipped > 0) line += "; " + format_count(total.skipped) + " skipped";
  if (!suite.complete) line += "; INCOMPLETE";
  return line;
}

std::vector<std::string> origin_parts(const model::Suite& suite) {
  const model::Environment& machine = suite.environment;
  std::vector<std::string> parts;
  const auto add = [&](std::string part) {
    if (!part.empty()) parts.push_back(std::move(part));
  };
  add(machine.commit.empty() ? "" : "commit " + machine.commit.substr(0, 20));
  add(moment(suite.started));
  const std::string cpus = machine.cpus_online == 0 ? "" : plural(machine.cpus_online, "CPU", "CPUs");
  add(machine.cpu_model.empty() || cpus.empty() ? machine.cpu_model + cpus : machine.cpu_model + ", " + cpus);
  add(machine.compiler.empty() || machine.build_type.empty() ? machine.compiler
                                                             : machine.compiler + " " + machine.build_type);
  return parts;
}

std::string origin_line(const model::Suite& suite, std::string_view separator) {
  std::string line;
  for (const std::string& part : origin_parts(suite)) line += (line.empty() ? "" : std::string(separator)) + part;
  return line;
}

// "1,000: element 0: expected 1, got 0", the first reason for all sizes.
std::string failed_words(const ProblemView& problem, std::string_view name) {
  std::vector<std::uint64_t> sizes;
  std::string reason;
  for (const model::Case* item : problem.cases) {
    const model::Variant* variant = find_variant(*item, name);
    if (variant == nullptr || variant->status != model::Status::failed) continue;
    sizes.push_back(item->size);
    if (reason.empty()) reason = variant->reason;
  }
  return sizes_text(sizes) + (reason.empty() ? "" : ": " + reason);
}

std::string strategy_line(const ProblemView& problem, const model::VariantFinding& finding) {
  double low = 0;
  double high = 0;
  for (const model::Case* item : problem.cases) {
    const model::Variant* variant = find_variant(*item, finding.variant);
    const auto speedup = variant == nullptr ? std::nullopt : speedup_of(*variant);
    if (!speedup) continue;
    low = low == 0 ? speedup->estimate : std::min(low, speedup->estimate);
    high = std::max(high, speedup->estimate);
  }
  std::string line = finding.variant + ": " + (finding.sentence.empty() ? tendency_text(finding) : finding.sentence);
  if (finding.crossover && high > 0) line += "; speed-up " + format_ratio(low) + " to " + format_ratio(high);
  if (!has_failed(problem, finding.variant)) return line;
  if (high > 0) return line + "; FAILED at other sizes: do not use it";
  return finding.variant + ": FAILED at " + failed_words(problem, finding.variant);
}

std::vector<std::string> limit_names(const ProblemView& problem, bool of_best_alone) {
  std::vector<std::string> names;
  for (const model::Case* item : problem.cases) {
    for (const model::Variant& variant : item->variants) {
      if (of_best_alone && variant.name != item->best.variant) continue;
      if (limit_share_text(variant).empty() || !variant.limit) continue;
      std::string name = limit_name(*variant.limit);
      if (std::ranges::find(names, name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

std::string scaling_line(const model::Scaling& scaling) {
  const bool strong = scaling.kind == model::ScalingKind::strong;
  return std::string(strong ? "strong scaling of " : "weak scaling from ") + format_count(scaling.size) + " " +
         scaling.unit + (strong ? ": " : " on one rank: ") + scaling.sentence;
}

std::string host_line(const model::FleetHost& host) {
  if (!host.slowdown) return host.name + ": too few shared results to compare";
  std::string line = host.name + ": " + format_ratio(*host.slowdown) + " the time of the typical host";
  if (host.score && std::isfinite(*host.score)) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), " (score %.1f)", *host.score);
    line += text.data();
  }
  return line + (host.slow ? ": SLOW" : "");
}

std::string difference_line(const model::FleetDifference& difference) {
  std::string line = difference.fact + " differs: ";
  for (const model::FactValue& value : difference.values) {
    line += &value == &difference.values.front() ? "" : "; ";
    line += (value.value.empty() ? "unknown" : value.value) + " on ";
    for (const std::string& host : value.hosts) line += (&host == &value.hosts.front() ? "" : ", ") + host;
  }
  return line;
}

std::string incomplete_line(const model::Suite& suite) {
  if (suite.complete && suite.missing.empty()) return "";
  constexpr std::size_t kShown = 8;
  std::string line = "Incomplete: " + plural(suite.missing.size(), "case is missing", "cases are missing");
  if (suite.missing.empty()) line = "Incomplete: the run ended early";
  for (std::size_t i = 0; i < std::min(kShown, suite.missing.size()); ++i) {
    line += (i == 0 ? ": " : ", ") + suite.missing[i];
  }
  if (suite.missing.size() > kShown) line += " and " + format_count(suite.missing.size() - kShown) + " more";
  return line + ". `perfbench --resume` goes on where it stopped.";
}

}  // namespace perfopt::report
