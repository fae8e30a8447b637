// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_layout.hpp"

#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

using namespace perfopt::report;

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

TEST_CASE("of more equal boxes than there may be, as many as fit are drawn, each below its caller") {
  constexpr std::uint32_t kStacks = 34;
  constexpr std::uint32_t kDepth = 60;
  std::vector<FlameShape> shapes{{0, 0, kStacks * 10}};
  for (std::uint32_t i = 0; i < kStacks * kDepth; ++i) shapes.push_back({i % kDepth == 0 ? 0 : i, i + 1, 10});
  const FlameLayout layout = flame_layout(shapes);
  CHECK(layout.boxes.size() == kMostBoxes);
  CHECK(layout.boxes.size() + layout.left_out == shapes.size());
  std::vector<bool> is_drawn(shapes.size(), false);
  for (const FlamePlace& place : layout.boxes) {
    CHECK((place.node == 0 || is_drawn[shapes[place.node].parent]));
    is_drawn[place.node] = true;
  }
}
