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

constexpr std::size_t kMostRows = 1'000;
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
  return "no change told";
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
  table.figure(points_text(share.base_share, false) + " %", share.base_share);
  table.figure(points_text(share.changed_share, false) + " %", share.changed_share);
  table.figure("<b>" + points_text(share.change.estimate, true) + "</b>", share.change.estimate);
  table.figure(strip(share.change, reach), share.change.estimate);
  table.figure(interval_text(share.change), share.change.low);
  table.figure(html_text(signed_amount_text(share.absolute.estimate, diff.unit)), share.absolute.estimate);
  table.figure(share.q < 0.001 ? "&lt;0.001" : svg_number(100 * share.q) + " %", share.q);
  table.end_row();
}

struct Both {
  std::uint64_t before = 0, after = 0;  // self
  std::uint64_t total_before = 0, total_after = 0;
};

// By name, as profile_diff() compares.
std::map<std::string_view, Both> by_name(const ProfileView& before, const ProfileView& after) {
  std::map<std::string_view, Both> all;
  for (const stats::Hotspot& spot : before.functions) {
    Both& both = all[spot.name];
    both.before += spot.self;
    both.total_before += spot.total;
  }
  for (const stats::Hotspot& spot : after.functions) {
    Both& both = all[spot.name];
    both.after += spot.self;
    both.total_after += spot.total;
  }
  return all;
}

double share(std::uint64_t value, std::uint64_t whole) {
  return static_cast<double>(value) / std::max(1.0, static_cast<double>(whole));
}

std::string state_html(const Both& both, const FunctionChange* change) {
  if (both.total_before == 0) return "+ added";
  if (both.total_after == 0) return "− removed";
  return change == nullptr ? "too few samples" : mark_html(change->verdict);
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
  const std::map<std::string_view, Both> all = by_name(before, after);
  std::map<std::string_view, const FunctionChange*> tested;
  for (const FunctionChange& change : diff.functions) tested[change.function] = &change;
  const auto change_of = [&](const Both& both) {
    return share(both.after, after.total) - share(both.before, before.total);
  };
  std::vector<std::pair<std::string_view, Both>> order(all.begin(), all.end());
  std::ranges::stable_sort(order, [&](const auto& a, const auto& b) {
    return std::abs(change_of(a.second)) > std::abs(change_of(b.second));
  });
  const std::size_t shown = std::min(kMostRows, order.size());
  std::string caption = "Self of every function in either profile, the largest change first.";
  if (shown < order.size()) {
    caption += " " + plural(order.size() - shown, "function that changed less is", "functions that changed less are") +
               " left out.";
  }
  SortableTable table(caption, "functions");
  table.words("function").figures("before").figures("after").figures("points").figures("before");
  table.figures("after").words("state");
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& [name, both] = order[i];
    const auto found = tested.find(name);
    table.begin_row();
    table.row_head(name_html(std::string(name)), name);
    table.figure(html_text(share_text(share(both.before, before.total))), share(both.before, before.total));
    table.figure(html_text(share_text(share(both.after, after.total))), share(both.after, after.total));
    table.figure(points_text(change_of(both), true), change_of(both));
    table.figure(html_text(value_text(before.unit(), both.before)), static_cast<double>(both.before));
    table.figure(html_text(value_text(after.unit(), both.after)), static_cast<double>(both.after));
    table.text(state_html(both, found == tested.end() ? nullptr : found->second));
    table.end_row();
  }
  return table.empty() ? "<p>Neither profile has samples of it.</p>" : table.html();
}

}  // namespace perfopt::report
