// SPDX-License-Identifier: Apache-2.0
// A profile on a terminal: the answer, the hottest functions, what is left allocated, waits, what to do first, what
// makes it doubtful, where to look next. ASCII but for the document's own text.
#include "perfopt/report/profile_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_formats.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kLeastWidth = 60;
constexpr std::size_t kNarrow = 90;  // below, names of waits give way
constexpr std::size_t kMostName = 90;
constexpr std::size_t kLeastName = 16;
constexpr std::size_t kShortList = 5;  // rows of waits, files and allocation sites

class Console {
 public:
  Console(const model::Profile& profile, const ProfileTextOptions& options)
      : view_(profile), options_(options), width_(std::max(options.width, kLeastWidth)) {
    options_.width = width_;
  }

  std::string text() {
    const std::vector<std::string> sentences = answer(view_);
    for (std::size_t i = 0; i < sentences.size(); ++i) paragraph(sentences[i], "", i == 0 ? Ink::strong : Ink::plain);
    const bool waits_first = view_.is_waiting();
    if (waits_first) waits();
    out_ += hotspot_table(view_, options_);
    path();
    live();
    objects();
    if (!waits_first) waits();
    tree();
    recommendations();
    doubts();
    next();
    origin();
    return std::move(out_);
  }

 private:
  void heading(std::string_view text, Ink ink = Ink::strong) {
    out_ += "\n" + painted(std::string(text), ink, options_.color) + "\n";
  }
  void paragraph(std::string_view text, std::string_view first, Ink ink = Ink::plain) {
    std::string lines = wrapped(printable(text), first, width_);
    lines.pop_back();
    out_ += painted(std::move(lines), ink, options_.color) + "\n";
  }

  // Characters left for names when the other columns have what they need.
  [[nodiscard]] std::size_t name_room(std::size_t taken) const {
    const std::size_t room = width_ > taken + 2 ? width_ - taken - 2 : 0;
    return std::clamp(room, kLeastName, kMostName);
  }

  void path() {
    const std::vector<std::string> names = hottest_path(view_);
    if (names.size() < 3) return;
    std::string line;
    for (const std::string& name : names) line += (line.empty() ? "" : " > ") + short_function(name, 40);
    paragraph(line, "  hottest path: ");
  }

  void live() {
    if (view_.live.empty()) return;
    heading("Still allocated at the end: " + format_bytes(static_cast<double>(view_.live_bytes)) +
            " (a leak, or kept on purpose)");
    const std::size_t room = name_room(34);
    TextTable rows({{"bytes", true, 12}, {"count", true, 12}, {"where", false, 24}, {"allocated by", false, room}});
    for (std::size_t i = 0; i < std::min(kShortList, view_.live.size()); ++i) {
      const AllocationSite& site = view_.live[i];
      rows.add({format_bytes(static_cast<double>(site.bytes)), site.count > 0 ? format_count(site.count) : "",
                printable(place_text(site.file, site.line)), site.path});
    }
    out_ += rows.text("  ", width_, options_.color);
  }

  void objects() {
    if (view_.objects.empty()) return;
    heading("Files and descriptors, by " + measure_words(view_));
    const std::size_t room = name_room(24);
    TextTable rows({{"share", true, 7},
                    {view_.unit().unit == "ns" ? "time" : view_.unit().unit, true, 12},
                    {"file", false, room}});
    for (std::size_t i = 0; i < std::min(options_.top, view_.objects.size()); ++i) {
      const stats::Hotspot& spot = view_.objects[i];
      rows.add({share_text(spot.self_share), value_text(view_.unit(), spot.self),
                short_path(spot.name.empty() ? "[unknown]" : spot.name, room)});
    }
    out_ += rows.text("  ", width_, options_.color);
  }

  void waits() {
    if (view_.waits.empty()) return;
    heading("Waits: " + format_duration_ns(static_cast<double>(view_.waited_ns)) + " over all threads");
    const std::size_t room = name_room(width_ < kNarrow ? 50 : 64);
    TextTable rows({{"time", true, 12},
                    {"times", true, 9},
                    {"threads", true, 7},
                    {"what", false, 23},
                    {"in", false, room},
                    {"where", false, 24},
                    {"on", false, 28}});
    for (std::size_t i = 0; i < std::min(kShortList, view_.waits.size()); ++i) {
      const stats::Wait& wait = view_.waits[i];
      rows.add({format_duration_ns(static_cast<double>(wait.wall_ns)), format_count(wait.count),
                wait.threads > 1 ? format_count(wait.threads) : "", std::string(activity_words(wait.activity)),
                wait.place.empty() ? "[no stack]" : short_function(wait.place, room),
                printable(place_text(wait.file, wait.line)), short_path(wait.object, 28)});
    }
    out_ += rows.text("  ", width_, options_.color);
  }

  void tree() {
    if (!options_.tree || !view_.has_samples()) return;
    heading("Call tree, by " + measure_words(view_) + " (branches under 1 % folded)");
    out_ += profile_tree(view_, width_, options_.color);
  }

  void recommendations() {
    const auto& list = view_.profile.recommendations;
    if (list.empty()) return;
    heading("What to do first", Ink::good);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const model::Recommendation& item = list[i];
      const std::string number = "  " + std::to_string(i + 1) + ". ";
      paragraph(item.title + ": " + gain_text(item), number, Ink::strong);
      const std::string indent(number.size(), ' ');
      if (!item.reason.empty()) paragraph(item.reason, indent);
      for (const model::Evidence& evidence : item.evidence) paragraph(evidence_text(evidence), indent + "- ");
      if (!item.remedy.empty()) paragraph(item.remedy, indent + "try:    ");
      if (!item.uses.empty()) paragraph(item.uses, indent + "with:   ");
      if (!item.verify.empty()) paragraph(item.verify, indent + "verify: ");
    }
  }

  void doubts() {
    const std::vector<model::Doubt> list = doubts_of(view_.profile);
    if (list.empty()) return;
    heading("What makes this doubtful", Ink::doubtful);
    for (const model::Doubt& doubt : list) {
      paragraph(doubt.finding + (doubt.advice.empty() ? "" : " -> " + doubt.advice), "  ! ");
    }
  }

  void next() {
    const std::vector<NextStep> steps = next_steps(view_, options_.saved_as);
    if (steps.empty()) return;
    heading("Where to look next", Ink::plain);
    for (const NextStep& step : steps) paragraph(step.command + "  # " + step.shows, "  ");
  }

  void origin() {
    out_ += "\n";
    if (!view_.profile.command.empty()) paragraph(view_.profile.command, "", Ink::faint);
    std::string line;
    for (const std::string& part : origin_parts(view_.profile)) line += (line.empty() ? "" : " | ") + part;
    if (!line.empty()) paragraph(line, "", Ink::faint);
    if (options_.verbose && !view_.profile.backend_reason.empty()) {
      paragraph(view_.profile.backend_reason, "", Ink::faint);
    }
  }

  ProfileView view_;
  ProfileTextOptions options_;
  std::size_t width_;
  std::string out_;
};

}  // namespace

std::string profile_text(const model::Profile& profile, const ProfileTextOptions& options) {
  return Console(profile, options).text();
}

}  // namespace perfopt::report
