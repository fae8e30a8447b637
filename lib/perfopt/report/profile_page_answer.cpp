// SPDX-License-Identifier: Apache-2.0
// The top of the profile page: the answer in words and figures, what to do first, what makes it doubtful.
#include <algorithm>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_sections.hpp"

namespace perfopt::report {
namespace {

using model::Profile;

constexpr std::size_t kTileName = 28;

std::string tile(const std::string& figure, const std::string& label) {
  return "<li><b>" + html_text(figure) + "</b> " + html_text(label) + "</li>\n";
}

std::string fact(std::string_view label, const std::string& value) {
  return value.empty() ? "" : "<dt>" + std::string(label) + "</dt><dd>" + html_text(value) + "</dd>\n";
}

std::string card(std::size_t number, const model::Recommendation& item) {
  const std::string impact = impact_text(item.impact);
  std::string out = "<li>\n<h3>" + std::to_string(number) + ". " + html_text(item.title) + "</h3>\n<p class=\"lead\">" +
                    (impact.empty() ? "" : "<b>" + html_text(impact) + "</b>, ") + html_text(effort_text(item)) +
                    "</p>\n";
  if (!item.reason.empty()) out += "<p>" + html_text(item.reason) + "</p>\n";
  if (!item.evidence.empty()) {
    out += "<ul class=\"evidence\">\n";
    for (const model::Evidence& evidence : item.evidence)
      out += "<li>" + html_text(evidence_text(evidence)) + "</li>\n";
    out += "</ul>\n";
  }
  out += "<dl class=\"facts\">\n" + fact("Try", item.remedy) + fact("With", item.uses);
  if (!item.verify.empty()) out += "<dt>Verify</dt><dd><code>" + html_text(item.verify) + "</code></dd>\n";
  return out + "</dl>\n</li>\n";
}

// Of the measure, in functions without a name or without a stack at all.
double unknown_share(const ProfileView& view) {
  std::uint64_t unknown = 0;
  for (const stats::Hotspot& spot : view.functions) {
    // What synthetic frames name, "[truncated]" say, is told apart.
    if (spot.name.starts_with('[') && spot.language != model::Language::synthetic) unknown += spot.self;
  }
  return static_cast<double>(unknown) / static_cast<double>(view.total);
}

// How far the figures can be trusted. A mode that counts every call has no samples.
std::string sample_tiles(const ProfileView& view) {
  const model::SampleCounts& counts = view.profile.counts;
  const bool is_sampled = view.profile.mode != "calls";
  std::string out;
  std::string faults;
  if (is_sampled && counts.taken > 0) out += tile(format_count(counts.taken), "samples");
  const auto fault = [&](double share, const char* label) {
    if (share > 0) faults += tile(share_text(share), label);
  };
  const auto taken = static_cast<double>(counts.taken);
  const auto lost = static_cast<double>(counts.lost);
  if (counts.taken > 0) {
    fault(lost / (taken + lost), "lost");
    fault(static_cast<double>(counts.truncated) / taken, "with a stack cut off");
  }
  if (view.has_samples()) fault(unknown_share(view), "in functions without a name");
  if (!faults.empty() || counts.taken == 0 || !view.has_samples()) return out + faults;
  return out + tile("complete:", "nothing lost, cut off or without a name");
}

std::string ended(const Profile& profile) {
  if (profile.exit_signal) return "killed by signal " + std::to_string(*profile.exit_signal);
  if (profile.exit_code) return "exit code " + std::to_string(*profile.exit_code);
  return "";
}

}  // namespace

std::string profile_question(const ProfileView& view) {
  const std::string& mode = view.profile.mode;
  if (mode == "alloc") return "Where the memory goes";
  if (mode == "io") return "Where the data goes";
  if (mode == "calls") return "What is called how often";
  if (mode == "offcpu") return "What it waits for";
  return "Where the time goes";
}

std::string profile_answer(const ProfileView& view) {
  std::string out;
  for (const std::string& sentence : answer(view)) {
    out += "<p" + std::string(out.empty() ? " class=\"first\"" : "") + ">" + html_text(sentence) + "</p>\n";
  }
  const std::vector<std::string> path = hottest_path(view);
  if (path.size() < 3) return out;
  std::string names;
  for (const std::string& name : path) {
    names += (names.empty() ? "" : " › ") + std::string("<bdi>") + html_text(short_function(name, 60)) + "</bdi>";
  }
  return out + "<p class=\"muted\">Hottest path: " + names + "</p>\n";
}

std::string profile_tiles(const ProfileView& view) {
  const Profile& profile = view.profile;
  std::string out;
  if (view.has_samples()) {
    const stats::Hotspot& spot = view.functions.front();
    out += tile(share_text(spot.self_share), "in " + short_function(spot.name, kTileName));
    out += tile(value_text(view.unit(), view.total), measure_words(view));
  } else {
    out += tile("Nothing", "was sampled");
  }
  if (profile.elapsed_s > 0) out += tile(format_duration_ns(profile.elapsed_s * 1e9), "from start to end");
  if (view.has_samples() && !view.concurrency.running.empty()) {
    out += tile(share_text(view.concurrency.idle_share), "of the time idle: no thread ran");
  }
  // Where waiting is the measure, its sum stands above already.
  if (view.waited_ns > 0 && !view.is_waiting())
    out += tile(format_duration_ns(static_cast<double>(view.waited_ns)), "waited by all threads");
  if (view.live_bytes > 0) out += tile(format_bytes(static_cast<double>(view.live_bytes)), "left allocated at the end");
  std::uint64_t peak = 0;
  for (const model::MemoryPoint& point : profile.memory) peak = std::max(peak, point.rss_bytes);
  if (peak > 0) out += tile(format_bytes(static_cast<double>(peak)), "resident memory at most");
  out += sample_tiles(view);
  return out.empty() ? "" : "<ul class=\"tiles\">\n" + out + "</ul>";
}

std::string profile_doubts(const Profile& profile) {
  const std::vector<model::Doubt> doubts = doubts_of(profile);
  if (doubts.empty()) return "";
  std::string out = "<div class=\"box doubt\" role=\"note\"><h2>What makes this doubtful</h2>\n<ul>\n";
  for (const model::Doubt& doubt : doubts) {
    out +=
        "<li>" + html_text(doubt.finding) + (doubt.advice.empty() ? "" : " → " + html_text(doubt.advice)) + "</li>\n";
  }
  return out + "</ul></div>";
}

std::string profile_recommendations(const Profile& profile, const IdPrefix& prefix) {
  if (profile.recommendations.empty()) return "";
  std::string out =
      "<p class=\"muted\">Impacts are upper bounds: the time that goes away if the whole fault does.</p>\n"
      "<ol class=\"cards\">\n";
  std::size_t number = 0;
  for (const model::Recommendation& item : profile.recommendations) out += card(++number, item);
  return page_section(prefix, "advice", "What to do first", out + "</ol>");
}

std::string profile_recording(const Profile& profile) {
  const model::SampleCounts& counts = profile.counts;
  std::string out = "<dl class=\"facts\">\n" + fact("Command", profile.command) +
                    fact("Started", moment(profile.started)) + fact("Ended with", ended(profile)) +
                    fact("Mode", profile.mode) + fact("Backend", profile.backend) +
                    fact("Why this one", profile.backend_reason);
  if (profile.rate_hz > 0) out += fact("Rate", format_rate(profile.rate_hz) + " asked for");
  if (profile.time_resolution_ns > 1) {
    out += fact("Resolution of time", format_duration_ns(static_cast<double>(profile.time_resolution_ns)));
  }
  if (profile.cpu_s) out += fact("CPU time, by the kernel", format_duration_ns(*profile.cpu_s * 1e9));
  if (profile.wall_s) out += fact("Lifetimes of all threads", format_duration_ns(*profile.wall_s * 1e9));
  if (counts.taken > 0) {
    out += fact("Samples", format_count(counts.taken) + " taken, " + format_count(counts.lost) + " lost, " +
                               format_count(counts.truncated) + " truncated, " + format_count(counts.no_stack) +
                               " without a stack, " + format_count(counts.torn) + " torn");
  }
  return out + "</dl>";
}

}  // namespace perfopt::report
