// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_diff_table.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_diff_words.hpp"
#include "perfopt/report/sortable_table.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

using model::FunctionChange;
using model::FunctionVerdict;
using model::ProfileDiff;

constexpr std::size_t kMostOthers = 100;  // rows of what did not change beyond noise
constexpr std::size_t kName = 70;
constexpr double kHalf = 50;  // of a strip's width

std::string name_html(const std::string& name) {
  return "<bdi>" + html_text(short_function(name, kName), kName) + "</bdi>";
}

// A sign for each, so that no colour has to be told from another.
std::string mark_html(FunctionVerdict verdict) {
  switch (verdict) {
    case FunctionVerdict::slower:
      return "<span class=\"loses\">▲ slower</span>";
    case FunctionVerdict::faster:
      return "<span class=\"wins\">▼ faster</span>";
    case FunctionVerdict::shifted:
      return "◆ shifted";
    case FunctionVerdict::same:
      break;
  }
  return "within noise";
}

double position(double points, double reach) {
  return kHalf + kHalf * std::clamp(points / reach, -1.0, 1.0);
}

// The interval around its estimate on a scale from -reach to reach, zero in the middle.
std::string strip(const model::Interval& change, double reach) {
  const double low = position(change.low, reach);
  const double high = position(change.high, reach);
  const std::string middle = svg_number(position(change.estimate, reach));
  return "<svg class=\"strip interval\" viewBox=\"0 0 100 10\" aria-hidden=\"true\"><line class=\"zero\" x1=\"50\" "
         "x2=\"50\" y1=\"0\" y2=\"10\"/><rect class=\"" +
         std::string(change.estimate > 0 ? "grew" : "fell") + "\" x=\"" + svg_number(low) + "\" y=\"3.5\" width=\"" +
         svg_number(std::max(1.0, high - low)) + "\" height=\"3\"/><circle cx=\"" + middle +
         "\" cy=\"5\" r=\"3\"/></svg>";
}

void add_change(SortableTable& table, const FunctionChange& change, const ProfileDiff& diff, double reach) {
  const model::FunctionShare& share = telling_share(change);
  table.begin_row();
  table.text(mark_html(change.verdict));
  table.row_head(name_html(change.function) + (is_by_total(change) ? " with what it calls" : ""), change.function);
  table.figure(share.base == 0 ? "-" : points_text(share.base_share, false) + " %", share.base_share);
  table.figure(share.changed == 0 ? "-" : points_text(share.changed_share, false) + " %", share.changed_share);
  table.figure("<b>" + points_text(share.change.estimate, true) + "</b>", share.change.estimate);
  table.figure(strip(share.change, reach), share.change.estimate);
  table.figure(interval_text(share.change), share.change.low);
  table.figure(html_text(signed_amount_text(share.absolute.estimate, diff.unit)), share.absolute.estimate);
  table.figure(share.q < 0.001 ? "&lt;0.001" : svg_number(100 * share.q) + " %", share.q);
  table.end_row();
}

struct Both {
  std::uint64_t before = 0, after = 0;  // self
};

// By name, as profile_diff() compares.
std::map<std::string_view, Both> by_name(const ProfileView& before, const ProfileView& after) {
  std::map<std::string_view, Both> all;
  for (const stats::Hotspot& spot : before.functions) {
    Both& both = all[spot.name];
    both.before += spot.self;
  }
  for (const stats::Hotspot& spot : after.functions) {
    Both& both = all[spot.name];
    both.after += spot.self;
  }
  return all;
}

double share(std::uint64_t value, std::uint64_t whole) {
  return static_cast<double>(value) / std::max(1.0, static_cast<double>(whole));
}

// That a function was not sampled on one side may be noise too: only one that changed beyond it is gone, or new.
std::string state_html(const FunctionChange* change) {
  if (change == nullptr) return "too few samples";
  const bool changed = change->verdict != FunctionVerdict::same;
  if (change->total.base == 0) return changed ? "+ added" : "not sampled before";
  if (change->total.changed == 0) return changed ? "− removed" : "not sampled after";
  return mark_html(change->verdict) + (is_by_total(*change) ? " with what it calls" : "");
}

struct Line {
  std::string_view name;
  Both both;
  double points = 0;                       // by which the share of its self changed
  const FunctionChange* change = nullptr;  // nullptr: too few samples to be tested

  [[nodiscard]] bool is_sure() const { return change != nullptr && change->verdict != FunctionVerdict::same; }
};

struct Lines {
  std::vector<Line> shown;  // what changed beyond noise, then the others of the largest changes
  std::size_t sampled = 0;  // functions that have self in either profile
  std::size_t tested = 0;   // of these
};

Lines lines_of(const ProfileView& before, const ProfileView& after, const ProfileDiff& diff) {
  std::map<std::string_view, const FunctionChange*> tested;
  for (const FunctionChange& change : diff.functions) tested[change.function] = &change;
  Lines lines;
  for (const auto& [name, both] : by_name(before, after)) {
    const auto found = tested.find(name);
    lines.shown.push_back({.name = name,
                           .both = both,
                           .points = share(both.after, after.total) - share(both.before, before.total),
                           .change = found == tested.end() ? nullptr : found->second});
  }
  lines.sampled = lines.shown.size();
  lines.tested = static_cast<std::size_t>(
      std::ranges::count_if(lines.shown, [](const Line& line) { return line.change != nullptr; }));
  std::ranges::stable_sort(lines.shown, [](const Line& a, const Line& b) {
    return std::tuple(!a.is_sure(), -std::abs(a.points)) < std::tuple(!b.is_sure(), -std::abs(b.points));
  });
  const auto sure = static_cast<std::size_t>(std::ranges::count_if(lines.shown, &Line::is_sure));
  lines.shown.resize(std::min(lines.shown.size(), sure + kMostOthers));
  return lines;
}

// One account of all functions: how many were sampled, compared, and stand here.
std::string lines_caption(const Lines& lines, const ProfileDiff& diff) {
  std::string caption = plural(lines.sampled, "function was sampled itself", "functions were sampled themselves") +
                        " in either profile, ";
  caption += format_count(lines.tested) + " of them often enough to be compared";
  if (diff.tested > lines.tested) {
    caption += ", and " + format_count(diff.tested - lines.tested) + " more by what they call";
  }
  caption += ".";
  const std::size_t shown = lines.shown.size();
  if (shown == lines.sampled) return caption + " Self of all of them, the largest change first.";
  if (shown == kMostOthers)
    return caption + " Self of the " + format_count(shown) + " largest changes, all within noise.";
  return caption + " Self of " + format_count(shown) + ": those that changed beyond noise and the " +
         format_count(kMostOthers) + " largest changes of the others.";
}

// A dash for what is not there: a measured zero has no place in a profile of samples.
void add_sided(SortableTable& table, std::uint64_t value, double figure, const std::string& text) {
  table.figure(value == 0 ? "-" : html_text(text), figure);
}

}  // namespace

std::string diff_changes_table(const ProfileDiff& diff) {
  double reach = 0;
  for (const FunctionChange& change : diff.functions) {
    if (change.verdict == FunctionVerdict::same) continue;
    const model::Interval& points = telling_share(change).change;
    reach = std::max({reach, std::abs(points.low), std::abs(points.high)});
  }
  if (reach <= 0) return "";
  const std::string caption =
      "Shares in % of " + html_text(diff.measure, kNameLength) +
      "; points of it with their 95 % intervals, which are of sampling noise alone; itself: its own amount, as if both "
      "ran the same work. At most " +
      html_text(format_percent(diff.false_alarms)) + " of these are false alarms.";
  SortableTable table(caption, "functions that changed");
  table.words("change").words("function").figures("before").figures("after").figures("points");
  table.figures("interval, -" + points_text(reach, false) + " to +" + points_text(reach, false));
  table.figures("95 % interval").figures("itself").figures("q");
  for (const DiffPart& part : diff_parts()) {
    for (const FunctionChange* change : changes_of(diff, part.verdict)) add_change(table, *change, diff, reach);
  }
  return table.html();
}

std::string diff_functions_table(const ProfileView& before, const ProfileView& after, const ProfileDiff& diff) {
  const Lines lines = lines_of(before, after, diff);
  SortableTable table(lines_caption(lines, diff), "functions");
  table.boxed("Functions").words("function").figures("before").figures("after").figures("points").figures("before");
  table.figures("after").words("state");
  for (const Line& line : lines.shown) {
    const Both& both = line.both;
    table.begin_row();
    table.row_head(name_html(std::string(line.name)), line.name);
    const double base = share(both.before, before.total);
    const double changed = share(both.after, after.total);
    add_sided(table, both.before, base, share_text(base));
    add_sided(table, both.after, changed, share_text(changed));
    table.figure(points_text(line.points, true), line.points);
    add_sided(table, both.before, static_cast<double>(both.before), value_text(before.unit(), both.before));
    add_sided(table, both.after, static_cast<double>(both.after), value_text(after.unit(), both.after));
    table.text(state_html(line.change));
    table.end_row();
  }
  return table.empty() ? "<p>Neither profile has samples of it.</p>" : table.html();
}

}  // namespace perfopt::report
