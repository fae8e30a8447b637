// SPDX-License-Identifier: Apache-2.0
// What was left out, the machine and the settings.
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/environment_difference.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"

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
  bool any = false;
  for (const EnvironmentFact& fact : environment_facts(machine)) {
    facts.add_known(fact.label, fact.value);
    any = any || !fact.value.empty();
  }
  return any ? facts.html() : "<p>Nothing is known of the machine.</p>";
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
