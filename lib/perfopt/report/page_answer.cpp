// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

std::string tile(const std::string& figure, std::string_view label, bool bad = false) {
  return "<li" + std::string(bad ? " class=\"bad\"" : "") + "><b>" + figure + "</b> " + std::string(label) + "</li>\n";
}

std::string box(std::string_view kind, std::string_view title, const std::string& items) {
  return "<section class=\"box " + std::string(kind) + "\"><h2>" + std::string(title) + "</h2>\n<ul>\n" + items +
         "</ul></section>";
}

}  // namespace

std::string page_banner(const model::Suite& suite) {
  const std::string line = incomplete_line(suite);
  return line.empty() ? "" : "<p class=\"box doubt\" role=\"note\">" + html_text(line, 2000) + "</p>";
}

std::string page_tiles(const model::Suite& suite) {
  const Tally total = tally(suite);
  std::string out = "<ul class=\"tiles\">\n";
  out += tile(format_count(total.problems), total.problems == 1 ? "problem" : "problems");
  out += tile(format_count(total.cases), total.cases == 1 ? "case measured" : "cases measured");
  out += tile(format_count(total.paying), total.paying == 1 ? "strategy pays off" : "strategies pay off");
  out += tile(format_count(total.losing), total.losing == 1 ? "loses and never wins" : "lose and never win");
  out += tile((total.failures > 0 ? "✕ " : "") + format_count(total.failures),
              total.failures == 1 ? "integrity failure" : "integrity failures", total.failures > 0);
  out += tile(suite.elapsed_s > 0 ? format_duration_ns(suite.elapsed_s * 1e9) : "-", "run time");
  return out + "</ul>";
}

std::string page_failures(const model::Suite& suite) {
  std::string items;
  for (const Exclusion& failure : exclusions(suite, model::Status::failed)) {
    items += "<li><strong>" + html_text(place_of(failure), 2 * kNameLength) +
             "</strong>: " + html_text(failure.reason) + "</li>\n";
  }
  return items.empty() ? "" : box("bad", "✕ Failed: wrong or refused, no speed-up is given", items);
}

std::string page_quality(const model::Suite& suite) {
  std::string items;
  for (const model::Doubt& doubt : suite.environment.doubts) {
    items += "<li>" + html_text(doubt.finding);
    if (!doubt.advice.empty()) items += " → " + html_text(doubt.advice);
    items += "</li>\n";
  }
  if (!items.empty()) return box("doubt", "⚠ What makes these numbers doubtful", items);
  return "<p class=\"muted\">Measurement quality: nothing was found that makes these numbers doubtful.</p>";
}

}  // namespace perfopt::report
