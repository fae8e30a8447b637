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
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::FunctionChange;
using model::FunctionShare;
using model::FunctionVerdict;
using model::ProfileDiff;

constexpr unsigned kLeastWidth = 80;

std::string points(double share, bool sign) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), sign ? "%+.2f" : "%.2f", 100 * share);
  return text.data();
}

std::string interval(const model::Interval& one) {
  return points(one.low, true) + " to " + points(one.high, true);
}

std::string amount(double value, const std::string& unit) {
  const double size = std::abs(value);
  std::string text = format_count(static_cast<std::uint64_t>(std::llround(size)));
  if (unit == "ns") text = format_duration_ns(size);
  if (unit == "bytes") text = format_bytes(size);
  return text;
}

std::string signed_amount(double value, const std::string& unit) {
  return (value < 0 ? "-" : "+") + amount(value, unit);
}

bool by_total(const FunctionChange& change) {
  return change.self.verdict == FunctionVerdict::same && change.verdict != FunctionVerdict::same;
}

const FunctionShare& telling(const FunctionChange& change) {
  return by_total(change) ? change.total : change.self;
}

struct Part {
  const char* title;
  const char* word;  // of a row in Markdown and CSV
  FunctionVerdict verdict;
  Ink ink;
};
constexpr Part kParts[] = {
    {"Slower: more of the profile, and more in itself", "slower", FunctionVerdict::slower, Ink::bad},
    {"Faster: less of the profile, and less in itself", "faster", FunctionVerdict::faster, Ink::good},
    {"Shifted: another share, since others changed", "shifted", FunctionVerdict::shifted, Ink::strong},
};

std::vector<const FunctionChange*> of_verdict(const ProfileDiff& diff, FunctionVerdict verdict) {
  std::vector<const FunctionChange*> chosen;
  for (const FunctionChange& change : diff.functions) {
    if (change.verdict == verdict) chosen.push_back(&change);
  }
  return chosen;
}

std::string detectable_words(const ProfileDiff& diff) {
  return "a function with 10 % of it would have been found to change by " + points(diff.detectable, false) +
         " points 4 times of 5";
}

std::string counted(const char* verb, std::size_t count) {
  return plural(count, "function", "functions") + " " + verb;
}

// "3 functions got slower, most of all parse(): 10.1 % -> 14.3 % of cpu."
std::string answer(const ProfileDiff& diff) {
  std::string text;
  const FunctionChange* largest = nullptr;
  for (const Part& part : kParts) {
    const auto list = of_verdict(diff, part.verdict);
    if (list.empty()) continue;
    if (largest == nullptr) largest = list.front();
    const bool shifted = part.verdict == FunctionVerdict::shifted;
    const std::string verb = shifted ? "shifted" : "got " + std::string(part.word);
    text += (text.empty() ? "" : ", ") + counted(verb.c_str(), list.size());
  }
  if (largest == nullptr) {
    return "No change beyond sampling noise: " + plural(diff.tested, "function", "functions") + " compared; " +
           detectable_words(diff) + ".";
  }
  const FunctionShare& share = telling(*largest);
  return text + "; most of all " + printable(largest->function, kNameLength) + ": " + points(share.base_share, false) +
         " % -> " + points(share.changed_share, false) + " % of " + printable(diff.measure, 24) +
         (by_total(*largest) ? ", with what it calls." : ".");
}

std::string sums(const ProfileDiff& diff) {
  const auto base = static_cast<double>(diff.base.sum);
  const auto changed = static_cast<double>(diff.changed.sum);
  return printable(diff.measure, 24) + ": " + amount(base, diff.unit) + " -> " + amount(changed, diff.unit) + " (" +
         format_change(changed / base) + "), " + format_count(static_cast<std::uint64_t>(diff.base.effective_samples)) +
         " and " + format_count(static_cast<std::uint64_t>(diff.changed.effective_samples)) + " effective samples";
}

std::vector<std::string> cells(const FunctionChange& change, const ProfileDiff& diff) {
  const FunctionShare& share = telling(change);
  return {printable(change.function, kNameLength),
          by_total(change) ? "total" : "self",
          points(share.base_share, false),
          points(share.changed_share, false),
          points(share.change.estimate, true),
          interval(share.change),
          signed_amount(share.absolute.estimate, diff.unit)};
}

constexpr std::array<const char*, 7> kHeads = {"function", "time",          "base %", "changed %",
                                               "points",   "95 % interval", "itself"};

}  // namespace

std::string profile_diff_text(const ProfileDiff& diff, const ProfileDiffTextOptions& options) {
  const std::size_t width = std::max(options.width, kLeastWidth);
  std::string out = painted(wrapped(answer(diff), "", width), Ink::strong, options.color);
  for (const Part& part : kParts) {
    const auto list = of_verdict(diff, part.verdict);
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
  out += "\n" + wrapped(sums(diff), "", width);
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
  std::string out = "## " + markdown_text(answer(diff)) + "\n\n" + markdown_text(sums(diff)) + "\n";
  for (const Part& part : kParts) {
    const auto list = of_verdict(diff, part.verdict);
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
  constexpr std::array<const char*, 4> kVerdicts = {"slower", "faster", "shifted", "same"};
  for (const FunctionChange& change : diff.functions) {
    for (const bool total : {false, true}) {
      const FunctionShare& share = total ? change.total : change.self;
      CsvRow row;
      row.text(change.function);
      row.text(change.module);
      row.text(change.file);
      row.text(total ? "total" : "self");
      row.text(kVerdicts.at(static_cast<std::size_t>(share.verdict)));
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
