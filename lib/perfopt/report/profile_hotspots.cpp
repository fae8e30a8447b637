// SPDX-License-Identifier: Apache-2.0
// The table of hotspots on a terminal, and what the other texts list.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_formats.hpp"

namespace perfopt::report {
namespace {

using stats::GroupBy;
using stats::Hotspot;

constexpr std::size_t kBarWidth = 90;  // from here on there is room for bars
constexpr std::size_t kBar = 10;       // cells of 100 %
constexpr std::size_t kWideBar = 24;   // from kWide on
constexpr std::size_t kWide = 140;
constexpr std::size_t kMostName = 90;
constexpr std::size_t kLeastName = 16;
constexpr double kStrong = 0.25;  // share from which a row is printed bold

struct Group {
  GroupBy by;
  std::string_view one;
  std::string_view many;
};
constexpr auto kGroups = std::to_array<Group>({{GroupBy::function, "function", "functions"},
                                               {GroupBy::module, "module", "modules"},
                                               {GroupBy::line, "line", "lines"},
                                               {GroupBy::thread, "thread", "threads"},
                                               {GroupBy::process, "process", "processes"},
                                               {GroupBy::language, "language", "languages"},
                                               {GroupBy::object, "object", "objects"},
                                               {GroupBy::activity, "activity", "activities"}});
constexpr std::size_t kAskedFor = 6;  // the others have tables of their own

const Group& group_of(GroupBy by) {
  return *std::ranges::find(kGroups, by, &Group::by);
}

// A row of samples is of one thread, while its stack passes through many functions.
bool has_totals(GroupBy by) {
  return by != GroupBy::thread && by != GroupBy::process && by != GroupBy::object && by != GroupBy::activity;
}

std::size_t bar_cells(std::size_t width) {
  if (width < kBarWidth) return 0;
  return width < kWide ? kBar : kWideBar;
}

// "####----": self, and what it called.
std::string bar(const Hotspot& spot, std::size_t all_cells) {
  const auto cells = static_cast<double>(all_cells);
  const auto self = static_cast<std::size_t>(std::lround(std::clamp(spot.self_share, 0.0, 1.0) * cells));
  const auto all = static_cast<std::size_t>(std::lround(std::clamp(spot.total_share, 0.0, 1.0) * cells));
  return std::string(self, '#') + std::string(std::max(all, self) - self, '-');
}

std::string name_in(const HotspotList& list, const Hotspot& spot, std::size_t room) {
  if (list.by == GroupBy::function) return short_function(spot.name, room);
  return short_path(spot.name, room);
}

class Table {
 public:
  Table(const ProfileView& view, const HotspotList& list, const ProfileTextOptions& options)
      : view_(view), list_(list), options_(options), shown_(list.shown(options.top)) {}

  std::string text() const {
    std::vector<std::vector<std::string>> cells;
    cells.reserve(shown_);
    for (std::size_t i = 0; i < shown_; ++i) cells.push_back(row(i));
    const std::vector<std::string> heads{"self",  view_.unit().unit == "ns" ? "time" : view_.unit().unit,
                                         "count", "total",
                                         "",      list_.by == GroupBy::language ? "" : "language",
                                         "",      list_.by == GroupBy::line ? "function" : "where"};
    const std::size_t room = name_room(heads, cells);
    TextTable rows({{heads[0], true, 8},
                    {heads[1], true, 12},
                    {heads[2], true, 14},
                    {heads[3], true, 8},
                    {heads[4], false, kWideBar},
                    {heads[5], false, 8},
                    {std::string(list_.one), false, room},
                    {heads[7], false, 36}});
    for (std::size_t i = 0; i < shown_; ++i) {
      cells[i][6] = name_in(list_, list_.rows[i], room);
      rows.add(std::move(cells[i]), list_.rows[i].self_share >= kStrong ? Ink::strong : Ink::plain);
    }
    return rows.text("  ", options_.width, options_.color);
  }

 private:
  // All cells but the name, which takes the room that the others leave.
  [[nodiscard]] std::vector<std::string> row(std::size_t i) const {
    const Hotspot& spot = list_.rows[i];
    const std::size_t cells = bar_cells(options_.width);
    const std::size_t place = options_.width < kWide ? 24 : 36;
    return {share_text(spot.self_share),
            value_text(view_.unit(), spot.self),
            list_.counts[i] ? format_count(*list_.counts[i]) : "",
            has_totals(list_.by) ? share_text(spot.total_share) : "",
            left(bar(spot, cells), cells),
            mixed() ? std::string(language_word(spot.language)) : "",
            "",
            list_.by == GroupBy::line ? short_function(spot.function, place) : short_path(list_.place(spot), place)};
  }

  // Of the rows shown: is there more than one language among them?
  [[nodiscard]] bool mixed() const {
    return (list_.by == GroupBy::function || list_.by == GroupBy::line) &&
           std::any_of(list_.rows.begin(), list_.rows.begin() + static_cast<std::ptrdiff_t>(shown_),
                       [&](const Hotspot& spot) { return spot.language != list_.rows[0].language; });
  }

  [[nodiscard]] std::size_t name_room(const std::vector<std::string>& heads,
                                      const std::vector<std::vector<std::string>>& cells) const {
    std::size_t taken = 0;
    for (std::size_t c = 0; c < heads.size(); ++c) {
      std::size_t widest = 0;
      for (const auto& row : cells) widest = std::max(widest, character_count(row[c]));
      if (widest > 0) taken += std::max(widest, heads[c].size()) + 2;
    }
    const std::size_t room = options_.width > taken + 2 ? options_.width - taken - 2 : 0;
    return std::clamp(room, kLeastName, kMostName);
  }

  const ProfileView& view_;
  const HotspotList& list_;
  const ProfileTextOptions& options_;
  std::size_t shown_;
};

// What the rows shown leave out.
std::string rest(const HotspotList& list, const ProfileTextOptions& options) {
  const std::size_t shown = list.shown(options.top);
  if (shown >= list.rows.size()) return "";
  double share = 0;
  for (std::size_t i = shown; i < list.rows.size(); ++i) share += list.rows[i].self_share;
  const std::string one = "more " + std::string(list.one);
  std::string lines =
      wrapped(plural(list.rows.size() - shown, one, "more " + std::string(list.many)) + ": " + share_text(share) +
                  " together (--top " + std::to_string(list.rows.size()) + " lists all)",
              "  ", options.width);
  lines.pop_back();
  return painted(std::move(lines), Ink::faint, options.color) + "\n";
}

}  // namespace

GroupBy profile_group(std::string_view name) {
  std::vector<std::string_view> names;
  std::string known;
  for (const Group& group : std::span(kGroups).first(kAskedFor)) {
    if (group.one == name) return group.by;
    names.push_back(group.one);
    known += (known.empty() ? "" : ", ") + std::string(group.one);
  }
  throw BadInput("--by: '" + std::string(name) + "' is none of " + known + did_you_mean(name, names));
}

std::string_view group_word(GroupBy by) {
  return group_of(by).one;
}

HotspotList::HotspotList(const ProfileView& view, GroupBy group)
    : by(group), one(group_of(group).one), many(group_of(group).many) {
  if (!view.has_samples()) return;
  if (by == GroupBy::function) {
    rows = view.functions;
    counts = view.counts;
    return;
  }
  rows = stats::hotspots(view.source(), by, view.filter());
  std::erase_if(rows, [](const Hotspot& spot) { return spot.self == 0; });
  counts.resize(rows.size());
}

std::size_t HotspotList::shown(std::size_t top) const {
  return std::min(std::max<std::size_t>(top, 1), rows.size());
}

std::string HotspotList::place(const Hotspot& spot) const {
  return by == GroupBy::function ? place_text(spot.file, spot.line, spot.module) : "";
}

std::string hotspot_table(const ProfileView& view, const ProfileTextOptions& options) {
  if (!view.has_samples()) return "";
  const HotspotList list(view, options.by);
  const std::string_view marks = has_totals(list.by) ? " (# self, - called)" : "";
  const std::string head = "Hottest " + std::string(list.many) + ", by " + measure_words(view) +
                           std::string(bar_cells(options.width) > 0 ? marks : "");
  return "\n" + painted(head, Ink::strong, options.color) + "\n" + Table(view, list, options).text() +
         rest(list, options);
}

}  // namespace perfopt::report
