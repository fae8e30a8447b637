// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/environment_difference.hpp"

#include <cmath>
#include <cstddef>
#include <utility>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

constexpr double kLoadTolerance = 0.5;
constexpr double kStealTolerance = 1;  // percent

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string caches_text(const model::Environment& machine) {
  std::vector<std::string> parts;
  for (const model::Cache& cache : machine.caches) {
    parts.push_back(cache.name + " " + format_bytes(static_cast<double>(cache.bytes)));
  }
  return joined(parts);
}

std::string cpus_text(const model::Environment& machine) {
  if (machine.cpus_online == 0) return "";
  std::string text = format_count(machine.cpus_online) + " online";
  if (machine.cpus_allowed > 0) text += ", " + format_count(machine.cpus_allowed) + " allowed to this process";
  return text;
}

std::string memory_text(const model::Environment& machine) {
  if (machine.memory_bytes == 0) return "";
  std::string text = format_bytes(static_cast<double>(machine.memory_bytes));
  const std::uint64_t free = machine.memory_available_bytes;
  return free == 0 ? text : text + ", " + format_bytes(static_cast<double>(free)) + " available at the start";
}

EnvironmentFact varying(std::string_view label, std::optional<double> amount, double tolerance,
                        std::string (*text)(double)) {
  if (!amount || !std::isfinite(*amount)) return {.label = label};
  return {.label = label, .value = text(*amount), .amount = amount, .tolerance = tolerance};
}

std::string percent_text(double percent) {
  return format_percent(percent / 100);
}

std::string version_text(const model::Environment& machine) {
  if (machine.version.empty() || machine.commit.empty()) return machine.version + machine.commit;
  return machine.version + ", commit " + machine.commit;
}

bool is_same(const EnvironmentFact& a, const EnvironmentFact& b) {
  if (a.amount && b.amount) return std::abs(*a.amount - *b.amount) <= a.tolerance;
  return (a.compared.empty() ? a.value : a.compared) == (b.compared.empty() ? b.value : b.compared);
}

std::string untold(std::string_view side, const std::vector<std::string_view>& labels) {
  if (labels.empty()) return "";
  std::string list;
  for (const std::string_view label : labels) list += (list.empty() ? "" : ", ") + std::string(label);
  return "<p class=\"note\">Known " + std::string(side) + " alone: " + list + ".</p>\n";
}

}  // namespace

std::vector<EnvironmentFact> environment_facts(const model::Environment& machine) {
  const auto fact = [](std::string_view label, std::string value) {
    return EnvironmentFact{.label = label, .value = std::move(value)};
  };
  EnvironmentFact memory = fact("Memory", memory_text(machine));
  if (machine.memory_bytes > 0) memory.compared = format_bytes(static_cast<double>(machine.memory_bytes));
  return {fact("Host", machine.host),
          fact("CPU", machine.cpu_model),
          fact("CPUs", cpus_text(machine)),
          fact("Caches", caches_text(machine)),
          fact("SIMD", joined(machine.simd)),
          memory,
          fact("Governor", machine.governor),
          fact("Turbo", machine.turbo),
          fact("Virtualisation", machine.virtualization),
          varying("Load average at the start", machine.load_average, kLoadTolerance, svg_number),
          varying("Stolen by other guests", machine.steal_percent, kStealTolerance, percent_text),
          fact("Hardware counters", machine.hardware_counters),
          fact("Transparent huge pages", machine.transparent_huge_pages),
          fact("Address randomisation", machine.aslr),
          fact("File system of scratch files", machine.scratch_filesystem),
          fact("Kernel", machine.kernel),
          fact("System", machine.os),
          fact("Compiler", machine.compiler),
          fact("Flags", machine.compiler_flags),
          fact("Build type", machine.build_type),
          fact("Perfopt", version_text(machine))};
}

EnvironmentDifferences environment_differences(const model::Environment& before, const model::Environment& after) {
  EnvironmentDifferences found;
  const std::vector<EnvironmentFact> first = environment_facts(before);
  const std::vector<EnvironmentFact> second = environment_facts(after);
  for (std::size_t i = 0; i < first.size(); ++i) {
    const EnvironmentFact& a = first[i];
    const EnvironmentFact& b = second[i];
    if (a.value.empty() != b.value.empty()) {
      (b.value.empty() ? found.only_before : found.only_after).push_back(a.label);
    } else if (!is_same(a, b)) {
      found.rows.push_back({a.label, a.value, b.value});
    }
  }
  return found;
}

std::string environment_difference_table(const model::Environment& before, const model::Environment& after) {
  const EnvironmentDifferences found = environment_differences(before, after);
  std::string out;
  for (const EnvironmentDifference& row : found.rows) {
    out += "<tr><th scope=\"row\">" + std::string(row.label) + "</th><td class=\"words\">" + html_text(row.before) +
           "</td><td class=\"words\">" + html_text(row.after) + "</td></tr>\n";
  }
  if (out.empty()) {
    out = "<p>No difference is known: both name the same machine, system and build as far as they tell.</p>\n";
  } else {
    out =
        "<div class=\"scroll\">\n<table>\n<caption>What is known of both and differs.</caption>\n<thead><tr>"
        "<th scope=\"col\" class=\"words\">fact</th><th scope=\"col\" class=\"words\">before</th>"
        "<th scope=\"col\" class=\"words\">after</th></tr></thead>\n<tbody>\n" +
        out + "</tbody>\n</table>\n</div>\n";
  }
  return out + untold("before", found.only_before) + untold("after", found.only_after);
}

}  // namespace perfopt::report
