// SPDX-License-Identifier: Apache-2.0
// Words and units of a profile.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "perfopt/core/units.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

using model::Activity;
using model::Language;

constexpr std::size_t kPlace = 48;

// Impacts and the like are estimates: "38 %", "3.1 %".
std::string about_text(double share) {
  if (!std::isfinite(share)) return "-";
  std::array<char, 32> text{};
  const double percent = 100 * std::clamp(share, 0.0, 1.0);
  std::snprintf(text.data(), text.size(), percent < 9.95 ? "%.1f" : "%.0f", percent);
  return text.data();
}

}  // namespace

std::string value_text(const model::Measure& measure, std::uint64_t value) {
  if (measure.unit == "ns") return format_duration_ns(static_cast<double>(value));
  if (measure.unit == "bytes") return format_bytes(static_cast<double>(value));
  return format_count(value);
}

std::string measure_words(const ProfileView& view) {
  if (view.is_waiting()) return "waiting time";
  constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kWords{{
      {"cpu", "CPU time"},
      {"wall", "wall time"},
      {"page_faults", "page faults"},
      {"alloc_bytes", "bytes allocated"},
      {"allocs", "allocations"},
      {"live_bytes", "bytes left allocated"},
      {"live_allocs", "allocations never freed"},
      {"io_bytes", "bytes read and written"},
      {"io_ns", "time in I/O"},
      {"io_calls", "I/O calls"},
      {"calls", "calls"},
  }};
  const std::string& name = view.unit().name;
  const auto found = std::ranges::find(kWords, name, &std::pair<std::string_view, std::string_view>::first);
  return found == kWords.end() ? name : std::string(found->second);
}

std::string share_text(double share) {
  if (!std::isfinite(share)) return "-";
  if (share > 0 && share < 0.0005) return "<0.1 %";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * share);
  return text.data();
}

std::string place_text(std::string_view file, unsigned line, std::string_view module) {
  if (!file.empty()) {
    const std::string name = short_path(file, kPlace);
    return line == 0 ? name : name.substr(name.find_last_of('/') + 1) + ":" + std::to_string(line);
  }
  const std::string_view name = module.substr(module.find_last_of('/') + 1);
  if (name.empty() || name.front() == '[') return std::string(name);
  return "[" + std::string(name) + "]";
}

std::string_view language_word(Language language) {
  constexpr std::array<std::string_view, 7> kWords{"", "native", "kernel", "python", "node", "shell", ""};
  return kWords.at(static_cast<std::size_t>(language));
}

std::string_view language_sign(Language language) {
  constexpr std::array<std::string_view, 7> kSigns{"", "", "■ ", "◆ ", "▲ ", "$ ", ""};
  return kSigns.at(static_cast<std::size_t>(language));
}

std::string_view activity_words(Activity activity) {
  constexpr std::array<std::string_view, 12> kWords{"running",
                                                    "waiting for a CPU",
                                                    "waiting for a lock",
                                                    "reading",
                                                    "writing",
                                                    "polling",
                                                    "asleep",
                                                    "waiting for a child",
                                                    "waiting for the network",
                                                    "syncing to disk",
                                                    "waiting for a page",
                                                    "waiting otherwise"};
  return kWords.at(static_cast<std::size_t>(activity));
}

std::string impact_text(const model::Impact& impact) {
  if (!(impact.share > 0)) return "";
  std::string text = "up to " + about_text(impact.share) + " % less time";
  if (impact.high > impact.low) text += " (" + about_text(impact.low) + " to " + about_text(impact.high) + " %)";
  return text;
}

std::string effort_text(const model::Recommendation& recommendation) {
  constexpr std::array<std::string_view, 3> kEfforts{"low", "medium", "high"};
  return std::string(kEfforts.at(static_cast<std::size_t>(recommendation.effort))) + " effort, " +
         about_text(recommendation.confidence) + " % sure of the cause";
}

std::string gain_text(const model::Recommendation& recommendation) {
  const std::string impact = impact_text(recommendation.impact);
  return (impact.empty() ? "" : impact + ", ") + effort_text(recommendation);
}

std::string evidence_text(const model::Evidence& evidence) {
  const std::string place = place_text(evidence.file, evidence.line);
  return place.empty() ? evidence.text : evidence.text + " (" + place + ")";
}

std::vector<std::string> origin_parts(const model::Profile& profile) {
  std::vector<std::string> parts;
  if (!profile.mode.empty()) parts.push_back("mode " + profile.mode);
  if (!profile.backend.empty()) {
    const std::string rate =
        profile.rate_hz > 0 ? " at " + format_count(static_cast<std::uint64_t>(std::llround(profile.rate_hz))) + " Hz"
                            : "";
    parts.push_back(profile.backend + rate);
  }
  if (profile.elapsed_s > 0) parts.push_back(format_duration_ns(profile.elapsed_s * 1e9));
  if (profile.counts.taken > 0) parts.push_back(plural(profile.counts.taken, "sample", "samples"));
  if (profile.processes.size() > 1) parts.push_back(plural(profile.processes.size(), "process", "processes"));
  if (profile.threads.size() > 1) parts.push_back(plural(profile.threads.size(), "thread", "threads"));
  if (profile.exit_signal) parts.push_back("killed by signal " + std::to_string(*profile.exit_signal));
  if (!profile.exit_signal && profile.exit_code) parts.push_back("exit code " + std::to_string(*profile.exit_code));
  if (!profile.environment.host.empty()) parts.push_back(profile.environment.host);
  if (!profile.started.empty()) parts.push_back(moment(profile.started));
  return parts;
}

}  // namespace perfopt::report
