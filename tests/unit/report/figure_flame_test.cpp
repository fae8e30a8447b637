// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "unit/report/profile_fixture.hpp"

using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Of the boxes, without their tooltips.
bool has_text(const std::string& svg, const std::string& text) {
  return has(svg, "\">" + text + "</text>");
}

}  // namespace

TEST_CASE("the spans of a flame graph are the profile's: the root is all, children lie within their callers") {
  const Figure figure = flame_figure(words_profile());
  REQUIRE(figure.panels.size() == 1);
  const Panel& panel = figure.panels[0];
  REQUIRE(panel.rows.size() > 3);
  REQUIRE(panel.rows[0].spans.size() == 1);
  CHECK(panel.rows[0].spans[0].to == (*panel.x_range)[1]);
  for (std::size_t level = 1; level < panel.rows.size(); ++level) {
    for (const FigureSpan& span : panel.rows[level].spans) {
      const bool is_within = std::ranges::any_of(panel.rows[level - 1].spans, [&](const FigureSpan& caller) {
        return caller.from <= span.from && span.to <= caller.to;
      });
      CHECK(is_within);
    }
  }
}

TEST_CASE("the chart folds a recursion as the page does") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  std::vector<std::string> stack(5'000, "f(int)");
  stack.emplace_back("leaf");
  draft.sample(draft.stack(stack), {3});
  const Figure figure = flame_figure(draft.profile);
  REQUIRE(figure.panels.size() == 1);
  REQUIRE(figure.panels[0].rows.size() == 3);
  CHECK(figure.panels[0].rows[1].spans.at(0).label() == "f x5,000");
  CHECK(figure.panels[0].rows[2].spans.at(0).label() == "leaf");
}

TEST_CASE("the chart of two profiles tells what grew, what shrank, and what is gone") {
  ProfileDraft before("cpu", {{"cpu", "ns"}});
  before.sample(before.stack({"main", "old"}), {30});
  before.sample(before.stack({"main", "kept"}), {10});
  ProfileDraft after("cpu", {{"cpu", "ns"}});
  after.sample(after.stack({"main", "kept"}), {20});
  const Figure figure = flame_difference_figure(before.profile, after.profile);
  REQUIRE(figure.panels.size() == 1);
  REQUIRE(figure.panels[0].rows.size() == 3);
  const std::vector<FigureSpan>& spans = figure.panels[0].rows[2].spans;
  REQUIRE(spans.size() == 2);
  CHECK(spans[0].label() == "+75.00 kept");
  CHECK(spans[1].label() == "-75.00 old");
  CHECK(spans[0].style != spans[1].style);
  CHECK((spans[0].to - spans[0].from) / (spans[1].to - spans[1].from) == doctest::Approx(0.625 / 0.375));
  CHECK(figure.panels[0].rows[1].spans.at(0).label() == "main");
  REQUIRE(figure.table.rows.size() == 2);
  const double changes = std::get<double>(figure.table.rows[0][5]) * std::get<double>(figure.table.rows[1][5]);
  CHECK(changes == doctest::Approx(-0.75 * 0.75));
  CHECK(flame_difference_figure(before.profile, perfopt::model::Profile{}).panels.empty());
}

TEST_CASE("a box tells name, sign and repetitions of a function whose name looks like C++") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  std::vector<std::string> stack{"main"};
  stack.resize(51, "ns::Walker::visit");
  draft.frame({"ns::k::f_[k]", "", 0, 0, "", 0, perfopt::model::Language::kernel, false});
  stack.emplace_back("ns::k::f_[k]");
  draft.sample(draft.stack(stack), {3});
  const Figure figure = flame_figure(draft.profile);
  const std::string svg = figure_svg(figure, {});
  CHECK(has_text(svg, "ns::Walker::visit x50"));
  CHECK(has_text(svg, "■ ns::k::f_[k]"));
  CHECK(has(svg, "<title>ns::Walker::visit x50</title>"));
  const std::string text = figure_text(figure, {});
  CHECK(has(text, "▏ns::Walker::visit x50"));
  CHECK(has(text, "▏■ ns::k::f_[k]"));
  CHECK(has(figure_json(figure), "\"ns::Walker::visit x50\""));
}

TEST_CASE("a box of the difference of two profiles keeps its change before a C++ name") {
  ProfileDraft before("cpu", {{"cpu", "ns"}});
  before.sample(before.stack({"main", "b::old"}), {30});
  before.sample(before.stack({"main", "a::f"}), {10});
  ProfileDraft after("cpu", {{"cpu", "ns"}});
  after.sample(after.stack({"main", "a::f"}), {20});
  const Figure figure = flame_difference_figure(before.profile, after.profile);
  CHECK(has_text(figure_svg(figure, {}), "+75.00 a::f"));
  CHECK(has(figure_text(figure, {}), "▏+75.00 a::f"));
}
