// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_diff_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/csv_row.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/profile_diff_words.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::FunctionChange;
using model::FunctionShare;
using model::ProfileDiff;

constexpr unsigned kLeastWidth = 80;

std::vector<std::string> cells(const FunctionChange& change, const ProfileDiff& diff) {
  const FunctionShare& share = telling_share(change);
  return {printable(change.function, kNameLength),
          is_by_total(change) ? "total" : "self",
          points_text(share.base_share, false),
          points_text(share.changed_share, false),
          points_text(share.change.estimate, true),
          interval_text(share.change),
          signed_amount_text(share.absolute.estimate, diff.unit)};
}

constexpr std::array<const char*, 7> kHeads = {"function", "time",          "base %", "changed %",
                                               "points",   "95 % interval", "itself"};

}  // namespace

std::string profile_diff_text(const ProfileDiff& diff, const ProfileDiffTextOptions& options) {
  const std::size_t width = std::max(options.width, kLeastWidth);
  std::string out = painted(wrapped(diff_answer(diff), "", width), Ink::strong, options.color);
  for (const DiffPart& part : diff_parts()) {
    const auto list = changes_of(diff, part.verdict);
    if (list.empty()) continue;
    out += "\n" + painted(part.title, part.ink, options.color) + "\n";
    std::vector<TextTable::Column> shape;
    constexpr std::size_t kMostName = 48;
    for (const char* head : kHeads) shape.push_back({head, head != kHeads[0] && head != kHeads[1], kMostName});
    TextTable table(shape);
    for (std::size_t i = 0; i < std::min(list.size(), options.top); ++i) table.add(cells(*list[i], diff));
    out += table.text("  ", width, options.color);
    if (list.size() > options.top) {
      out += "  and " + format_count(list.size() - options.top) + " more (--top " + std::to_string(list.size()) + ")\n";
    }
  }
  out += "\n" + wrapped(diff_sums(diff), "", width);
  for (const model::Doubt& doubt : diff.doubts) {
    out += wrapped(printable(doubt.finding + (doubt.advice.empty() ? "" : " -> " + doubt.advice)), "  ! ", width);
  }
  out += painted(wrapped("shares in % of " + printable(diff.measure, 24) +
                             ", points of it changed - base; itself: its " + "own " + printable(diff.measure, 24) +
                             ", as if both ran the same work; intervals are of " + "sampling noise alone; at most " +
                             format_percent(diff.false_alarms) + " of the functions that are told are false alarms",
                         "  . ", width),
                 Ink::faint, options.color);
  const std::string sides = printable(diff.base.origin, 80) + " -> " + printable(diff.changed.origin, 80);
  return out + painted(wrapped(sides, "", width), Ink::faint, options.color);
}

std::string profile_diff_markdown(const ProfileDiff& diff, std::size_t top) {
  std::string out = "## " + markdown_text(diff_answer(diff)) + "\n\n" + markdown_text(diff_sums(diff)) + "\n";
  for (const DiffPart& part : diff_parts()) {
    const auto list = changes_of(diff, part.verdict);
    if (list.empty()) continue;
    out += "\n### " + std::string(part.title) + "\n\n|";
    for (const char* head : kHeads) out += " " + std::string(head) + " |";
    out += "\n|---|---|---:|---:|---:|---:|---:|\n";
    for (std::size_t i = 0; i < std::min(list.size(), top); ++i) {
      out += "|";
      for (const std::string& cell : cells(*list[i], diff)) out += " " + markdown_text(cell) + " |";
      out += "\n";
    }
  }
  if (!diff.doubts.empty()) out += "\n";
  for (const model::Doubt& doubt : diff.doubts) out += "- " + markdown_text(doubt.finding) + "\n";
  return out;
}

std::string profile_diff_csv(const ProfileDiff& diff) {
  std::string out =
      "function,module,file,time,verdict,base,changed,unit,base_share,changed_share,change,change_low,change_high,"
      "absolute,absolute_low,absolute_high,p,q\n";
  for (const FunctionChange& change : diff.functions) {
    for (const bool total : {false, true}) {
      const FunctionShare& share = total ? change.total : change.self;
      CsvRow row;
      row.text(change.function);
      row.text(change.module);
      row.text(change.file);
      row.text(total ? "total" : "self");
      row.text(verdict_word(share.verdict));
      row.figure(share.base);
      row.figure(share.changed);
      row.text(diff.unit);
      for (const double figure :
           {share.base_share, share.changed_share, share.change.estimate, share.change.low, share.change.high,
            share.absolute.estimate, share.absolute.low, share.absolute.high, share.p, share.q}) {
        row.figure(figure);
      }
      out += std::move(row).line();
    }
  }
  return out;
}

}  // namespace perfopt::report
