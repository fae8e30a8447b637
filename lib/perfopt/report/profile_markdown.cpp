// SPDX-License-Identifier: Apache-2.0
// A profile for a pull request: the answer, the hottest functions, what to do, doubts.
#include <algorithm>
#include <string>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/profile_formats.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kName = 80;
constexpr std::size_t kShortList = 5;

// The cell that says where: of a line its function, of a module nothing.
std::string place_cell(const HotspotList& list, const stats::Hotspot& spot) {
  return list.by == stats::GroupBy::line ? short_function(spot.function, kName) : list.place(spot);
}

std::string hotspots_table(const ProfileView& view, const HotspotList& list, std::size_t top) {
  const bool placed = list.by == stats::GroupBy::function || list.by == stats::GroupBy::line;
  const std::string where = list.by == stats::GroupBy::line ? " function |" : " where |";
  std::string out = "\n| self | " + view.unit().unit + (view.second ? " | count" : "") + " | total | " +
                    std::string(list.one) + " |" + (placed ? where : "") +
                    "\n| ---: | ---:" + (view.second ? " | ---:" : "") + " | ---: | --- |" + (placed ? " --- |" : "") +
                    "\n";
  for (std::size_t i = 0; i < list.shown(top); ++i) {
    const stats::Hotspot& spot = list.rows[i];
    out += "| " + share_text(spot.self_share) + " | " + value_text(view.unit(), spot.self);
    if (view.second) out += " | " + (list.counts[i] ? format_count(*list.counts[i]) : "");
    const std::string name = list.by == stats::GroupBy::function ? short_function(spot.name, kName) : spot.name;
    out += " | " + share_text(spot.total_share) + " | " + markdown_text(name) + " |";
    out += placed ? " " + markdown_text(place_cell(list, spot)) + " |\n" : "\n";
  }
  return out;
}

std::string waits_table(const ProfileView& view) {
  if (view.waits.empty()) return "";
  std::string out = "\n| waited | times | what | in | on |\n| ---: | ---: | --- | --- | --- |\n";
  for (std::size_t i = 0; i < std::min(kShortList, view.waits.size()); ++i) {
    const stats::Wait& wait = view.waits[i];
    const std::string place = place_text(wait.file, wait.line);
    out += "| " + format_duration_ns(static_cast<double>(wait.wall_ns)) + " | " + format_count(wait.count) + " | " +
           std::string(activity_words(wait.activity)) + " | " + markdown_text(short_function(wait.place, kName)) +
           (place.empty() ? "" : " (" + markdown_text(place) + ")") + " | " + markdown_text(wait.object, kName) +
           " |\n";
  }
  return out;
}

std::string live_table(const ProfileView& view) {
  if (view.live.empty()) return "";
  std::string out = "\n| left allocated | count | by |\n| ---: | ---: | --- |\n";
  for (std::size_t i = 0; i < std::min(kShortList, view.live.size()); ++i) {
    const AllocationSite& site = view.live[i];
    out += "| " + format_bytes(static_cast<double>(site.bytes)) + " | " + format_count(site.count) + " | " +
           markdown_text(site.path) + " |\n";
  }
  return out;
}

std::string recommendations_list(const model::Profile& profile) {
  std::string out;
  for (const model::Recommendation& item : profile.recommendations) {
    out += "1. **" + markdown_text(item.title) + "**: " + gain_text(item) + "\n";
    for (const model::Evidence& evidence : item.evidence)
      out += "   - " + markdown_text(evidence_text(evidence)) + "\n";
    if (!item.remedy.empty()) out += "   - try: " + markdown_text(item.remedy) + "\n";
    if (!item.verify.empty()) out += "   - verify: " + markdown_text(item.verify) + "\n";
  }
  return out.empty() ? "" : "\n**What to do first**\n\n" + out;
}

}  // namespace

std::string profile_markdown(const model::Profile& profile, std::size_t top, stats::GroupBy by) {
  const ProfileView view(profile);
  std::string out = "### Profile" + (profile.command.empty() ? "" : " of " + markdown_text(profile.command)) + "\n\n";
  for (const std::string& sentence : answer(view)) out += markdown_text(sentence) + "\n";
  if (view.has_samples()) out += hotspots_table(view, HotspotList(view, by), top);
  out += live_table(view) + waits_table(view) + recommendations_list(profile);
  const std::vector<model::Doubt> doubts = doubts_of(profile);
  if (!doubts.empty()) out += "\n**What makes this doubtful**\n\n";
  for (const model::Doubt& doubt : doubts) {
    out += "- " + markdown_text(doubt.finding + (doubt.advice.empty() ? "" : " -> " + doubt.advice)) + "\n";
  }
  std::string origin;
  for (const std::string& part : origin_parts(profile)) origin += (origin.empty() ? "" : " | ") + part;
  return origin.empty() ? out : out + "\n" + markdown_text(origin) + "\n";
}

}  // namespace perfopt::report
