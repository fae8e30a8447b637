// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/summary_comparison.hpp"

#include <algorithm>

#include "perfopt/core/units.hpp"
#include "perfopt/report/comparison_view.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {
namespace {

using model::Change;

constexpr std::size_t kNamed = 3;

// The worst first, in the order of the page of the comparison.
std::string names_of(const BenchmarkList& list) {
  std::string names;
  for (std::size_t i = 0; i < std::min(list.size(), kNamed); ++i) {
    const std::string change = change_of(*list[i]);
    names += (i == 0 ? "" : ", ") + html_name(name_of(*list[i])) + (change.empty() ? "" : " (" + change + ")");
  }
  return names + (list.size() > kNamed ? ", and more" : "") + ".";
}

// What is not known of a change, and so may hold it up too.
std::string open_questions(const model::Comparison& comparison) {
  const ChangeTally count = tally(comparison);
  std::string out;
  if (const std::size_t failed = count[Change::failed]; failed > 0) {
    out += summary_item("Find out why " + plural(failed, "benchmark was", "benchmarks were") +
                        " not measured or gave other outputs: " + names_of(with_verdict(comparison, Change::failed)));
  }
  if (const std::size_t missing = count[Change::missing]; missing > 0) {
    out += summary_item("Find out where " + plural(missing, "benchmark", "benchmarks") +
                        " of before went: " + names_of(with_verdict(comparison, Change::missing)));
  }
  if (count.gates > 0) {
    out += summary_item("Look at what " + plural(count.gates, "second gate calls", "second gates call") + " slower.");
  }
  if (const std::size_t open = count[Change::inconclusive]; open > 0) {
    out += summary_item(
        "Decide what is open of " + plural(open, "benchmark", "benchmarks") +
        ": not surely slower, nor surely the same: " + names_of(with_verdict(comparison, Change::inconclusive)));
  }
  if (!comparison.complete) out += summary_item("Run the comparison again: it was interrupted before its end.");
  return out;
}

// What was compared: its name, commit and date, as far as they are known. HTML.
std::string side_words(const model::ComparedSide& side) {
  std::string out = html_text(side.label, kNameLength);
  for (const std::string& part : {side.commit.substr(0, 12), moment(side.started)}) {
    if (!part.empty() && part != side.label) out += ", " + html_text(part, kNameLength);
  }
  return out;
}

}  // namespace

std::string summary_tile(const std::string& figure, std::string_view label, bool bad) {
  return "<li" + std::string(bad ? " class=\"bad\"" : "") + "><b>" + figure + "</b> " + std::string(label) + "</li>\n";
}

std::string summary_item(const std::string& html) {
  return "<li>" + html + "</li>\n";
}

std::string tiles_of_changes(const model::Comparison& comparison) {
  const ChangeTally count = tally(comparison);
  const auto figure = [&](Change change) { return std::string(sign_of(change)) + " " + format_count(count[change]); };
  std::string out = summary_tile(figure(Change::slower), "slower than before", count[Change::slower] > 0) +
                    summary_tile(figure(Change::faster), "faster than before");
  if (count[Change::failed] > 0)
    out += summary_tile(figure(Change::failed), "failed: not measured, or other outputs", true);
  if (count[Change::missing] > 0) out += summary_tile(figure(Change::missing), "missing: only before", true);
  if (count[Change::inconclusive] > 0) out += summary_tile(figure(Change::inconclusive), "inconclusive");
  return out;
}

std::string heading_of_changes(const model::Comparison& comparison) {
  const ChangeTally count = tally(comparison);
  std::string out = format_count(count[Change::slower]) + " slower and " + format_count(count[Change::faster]) +
                    " faster than before";
  for (const Change change : {Change::failed, Change::missing, Change::inconclusive}) {
    if (count[change] > 0) out += ", " + format_count(count[change]) + " " + std::string(change_name(change));
  }
  return comparison.complete ? out : out + "; interrupted";
}

std::string next_for_changes(const model::Comparison& comparison) {
  const ChangeTally count = tally(comparison);
  std::string out;
  if (count[Change::slower] > 0) {
    out += summary_item("Look at what got slower before this goes out: " +
                        names_of(with_verdict(comparison, Change::slower)));
  }
  out += open_questions(comparison);
  if (!out.empty()) return out;
  if (count[Change::faster] + count[Change::same] == 0)
    return summary_item("No benchmark was compared: nothing is known.");
  return summary_item("Nothing is surely slower than before: nothing holds the change up.");
}

std::string doubts_of_changes(const model::Comparison& comparison) {
  if (comparison.doubts.empty()) return "";
  std::string findings;
  for (std::size_t i = 0; i < std::min(comparison.doubts.size(), kNamed); ++i) {
    findings += (i == 0 ? "" : "; ") + html_text(comparison.doubts[i].finding);
  }
  return summary_item("Bear in mind what makes this doubtful: " + findings +
                      (comparison.doubts.size() > kNamed ? "; and more." : "."));
}

std::string sides_of_changes(const model::Comparison& comparison) {
  return side_words(comparison.base) + " → " + side_words(comparison.changed);
}

}  // namespace perfopt::report
