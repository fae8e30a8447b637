// SPDX-License-Identifier: Apache-2.0
// What was left out, the machine and the settings.
#include <cmath>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

// A list of facts. What is not known is said to be.
class Facts {
 public:
  void add(std::string_view label, std::string_view value) {
    items_ += "<dt>" + std::string(label) + "</dt><dd>" + (value.empty() ? "unknown" : html_text(value)) + "</dd>\n";
  }
  // Left out when there is nothing to tell.
  void add_known(std::string_view label, std::string_view value) {
    if (!value.empty()) add(label, value);
  }
  [[nodiscard]] std::string html() const { return "<dl class=\"facts\">\n" + items_ + "</dl>"; }

 private:
  std::string items_;
};

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ", ") + part;
  return out;
}

std::string bytes_or_none(std::uint64_t bytes, std::string_view none) {
  return bytes == 0 ? std::string(none) : format_bytes(static_cast<double>(bytes));
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

std::string load_text(const model::Environment& machine) {
  return machine.load_average && std::isfinite(*machine.load_average) ? svg_number(*machine.load_average) : "";
}

}  // namespace

std::string page_left_out(const model::Suite& suite) {
  std::string items;
  for (const Exclusion& item : exclusions(suite, model::Status::skipped)) {
    items += "<li><strong>" + html_text(place_of(item), 2 * kNameLength) + "</strong>: skipped, " +
             html_text(item.reason) + "</li>\n";
  }
  for (const model::SkippedCategory& item : suite.skipped_categories) {
    items +=
        "<li><strong>" + html_text(item.category, kNameLength) + "</strong>: " + html_text(item.reason) + "</li>\n";
  }
  for (const std::string& missing : suite.missing) {
    items +=
        "<li><strong>" + html_text(missing, 2 * kNameLength) + "</strong>: not reached before the run ended</li>\n";
  }
  return items.empty() ? "<p>Nothing was skipped.</p>" : "<ul>\n" + items + "</ul>";
}

std::string page_environment(const model::Environment& machine) {
  Facts facts;
  facts.add_known("Host", machine.host);
  facts.add("CPU", machine.cpu_model);
  facts.add("CPUs", cpus_text(machine));
  facts.add("Caches", caches_text(machine));
  facts.add("SIMD", joined(machine.simd));
  facts.add("Memory", memory_text(machine));
  facts.add("Governor", machine.governor);
  facts.add("Turbo", machine.turbo);
  facts.add("Virtualisation", machine.virtualization);
  facts.add("Load average at the start", load_text(machine));
  facts.add("Stolen by other guests", machine.steal_percent && std::isfinite(*machine.steal_percent)
                                          ? format_percent(*machine.steal_percent / 100)
                                          : "");
  facts.add("Hardware counters", machine.hardware_counters);
  facts.add_known("Transparent huge pages", machine.transparent_huge_pages);
  facts.add_known("Address randomisation", machine.aslr);
  facts.add_known("File system of scratch files", machine.scratch_filesystem);
  facts.add("Kernel", machine.kernel);
  facts.add("System", machine.os);
  facts.add("Compiler", machine.compiler);
  facts.add_known("Flags", machine.compiler_flags);
  facts.add_known("Build type", machine.build_type);
  facts.add("Perfopt", machine.version.empty() || machine.commit.empty()
                           ? machine.version + machine.commit
                           : machine.version + ", commit " + machine.commit);
  return facts.html();
}

std::string page_settings(const model::Settings& settings) {
  Facts facts;
  facts.add("Categories", settings.categories.empty() ? "all" : joined(settings.categories));
  facts.add("Level", settings.level.empty() ? "all" : settings.level);
  facts.add("Sizes", settings.sizes.empty() ? "default" : settings.sizes);
  facts.add_known("Filter", settings.filter);
  facts.add_known("Switched off", joined(settings.disabled));
  facts.add_known("Configuration section", settings.environment);
  facts.add("Seed", format_count(settings.seed));
  facts.add("Time for all", settings.max_time_s > 0 ? format_duration_ns(settings.max_time_s * 1e9) : "no limit");
  facts.add("Rounds per case", settings.repetitions == 0 ? "chosen from the time" : format_count(settings.repetitions));
  if (settings.min_time_s > 0) facts.add("Least time of a round", format_duration_ns(settings.min_time_s * 1e9));
  facts.add("Threads", format_count(settings.threads));
  facts.add("Memory limit", bytes_or_none(settings.memory_limit_bytes, "none"));
  facts.add("File limit", bytes_or_none(settings.file_limit_bytes, "none"));
  if (settings.connection_limit > 0) facts.add("Connection limit", format_count(settings.connection_limit));
  if (settings.ranks > 0) facts.add("Ranks", format_count(settings.ranks));
  return facts.html();
}

}  // namespace perfopt::report
