// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_layout.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/report/figure_builders.hpp"
#include "unit/report/profile_fixture.hpp"

using namespace perfopt::report;
using namespace perfopt::report::testing;

TEST_CASE("boxes stand below their caller, beside each other, in the order of the tree") {
  //                                        root       main       left       right      below right
  const FlameLayout layout = flame_layout({{0, 0, 10}, {0, 1, 9}, {1, 2, 5}, {1, 3, 3}, {3, 4, 3}});
  REQUIRE(layout.boxes.size() == 5);
  CHECK(layout.left_out == 0);
  const std::vector<std::uint64_t> lefts{0, 0, 0, 5, 5};
  const std::vector<std::uint32_t> levels{0, 1, 2, 2, 3};
  for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
    CHECK(layout.boxes[i].node == i);
    CHECK(layout.boxes[i].left == lefts[i]);
    CHECK(layout.boxes[i].level == levels[i]);
    CHECK(layout.boxes[i].times().empty());
  }
}

TEST_CASE("a recursion of any depth is one box, and what it calls at last stands below it") {
  std::vector<FlameShape> shapes{{0, 0, 10}};
  for (std::uint32_t i = 0; i < 5'000; ++i) shapes.push_back({i, 1, 10});
  shapes.push_back({5'000, 2, 4});
  const FlameLayout layout = flame_layout(shapes);
  REQUIRE(layout.boxes.size() == 3);
  CHECK(layout.boxes[1].times() == " x5,000");
  CHECK(layout.boxes[2].level == 2);
  CHECK(layout.left_out == 0);
}

TEST_CASE("no tree makes more boxes and levels than there may be; what is left out is counted") {
  std::vector<FlameShape> wide{{0, 0, 3'000}};
  for (std::uint32_t i = 0; i < 3'000; ++i) wide.push_back({0, i + 1, 1});
  const FlameLayout nothing = flame_layout(wide);  // all of them narrower than 0.1 %
  CHECK(nothing.boxes.size() == 1);
  CHECK(nothing.left_out == 3'000);

  std::vector<FlameShape> deep{{0, 0, 10}};
  for (std::uint32_t i = 0; i < 5'000; ++i) deep.push_back({i, 1 + i % 2, 10});
  const FlameLayout cut = flame_layout(deep);
  CHECK(cut.boxes.size() == kMostLevels);
  CHECK(cut.boxes.size() + cut.left_out == deep.size());
  CHECK(flame_layout({}).boxes.empty());
  CHECK(flame_layout({{0, 0, 0}, {0, 1, 0}}).boxes.empty());
}

TEST_CASE("the chart folds a recursion as the page does") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  std::vector<std::string> stack(5'000, "f(int)");
  stack.emplace_back("leaf");
  draft.sample(draft.stack(stack), {3});
  const Figure figure = flame_figure(draft.profile);
  REQUIRE(figure.panels.size() == 1);
  REQUIRE(figure.panels[0].rows.size() == 3);
  CHECK(figure.panels[0].rows[1].spans.at(0).label == "f x5,000");
  CHECK(figure.panels[0].rows[2].spans.at(0).label == "leaf");
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
  CHECK(spans[0].label == "+75.00 kept");
  CHECK(spans[1].label == "-75.00 old");
  CHECK(spans[0].style != spans[1].style);
  CHECK((spans[0].to - spans[0].from) / (spans[1].to - spans[1].from) == doctest::Approx(0.625 / 0.375));
  CHECK(figure.panels[0].rows[1].spans.at(0).label == "main");
  REQUIRE(figure.table.rows.size() == 2);
  const double changes = std::get<double>(figure.table.rows[0][5]) * std::get<double>(figure.table.rows[1][5]);
  CHECK(changes == doctest::Approx(-0.75 * 0.75));
  CHECK(flame_difference_figure(before.profile, perfopt::model::Profile{}).panels.empty());
}
