// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/hotspots.hpp"

#include <algorithm>
#include <numeric>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/stats/flame_tree.hpp"
#include "perfopt/stats/stack_sums.hpp"
#include "profile_sketch.hpp"

using namespace perfopt;
using namespace perfopt::stats;
using test::ProfileSketch;

namespace {

const Hotspot& named(const std::vector<Hotspot>& rows, const std::string& name) {
  const auto at = std::find_if(rows.begin(), rows.end(), [&](const Hotspot& row) { return row.name == name; });
  REQUIRE_MESSAGE(at != rows.end(), name);
  return *at;
}

std::uint64_t self_sum(const std::vector<Hotspot>& rows) {
  return std::accumulate(rows.begin(), rows.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const Hotspot& row) { return sum + row.self; });
}

// Random stacks over few functions: recursion of every kind.
ProfileSketch random_profile(std::uint64_t seed) {
  Random random(seed);
  ProfileSketch sketch;
  for (int i = 0; i < 300; ++i) {
    std::string stack;
    for (std::uint64_t depth = random.below(12); depth-- > 0;) {
      stack += std::string(stack.empty() ? "" : ";") + static_cast<char>('a' + random.below(5));
    }
    sketch.row({stack, random.below(100)});
  }
  return sketch;
}

}  // namespace

TEST_CASE("self is of the innermost frame, total of all that stand in the stack, recursion once") {
  ProfileSketch sketch;
  sketch.row({"main;walk;walk;walk;leaf", 60});
  sketch.row({"main;walk;walk", 30});
  sketch.row({"main", 8});
  sketch.row({"", 2});
  const auto rows = hotspots(sketch.profile, GroupBy::function, {});
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].name == "leaf");
  CHECK(named(rows, "leaf").self == 60);
  CHECK(named(rows, "walk").self == 30);
  CHECK(named(rows, "walk").total == 90);
  CHECK(named(rows, "walk").total_share == doctest::Approx(0.9));
  CHECK(named(rows, "main").total == 98);
  CHECK(named(rows, "[no stack]").self == 2);
  CHECK(self_sum(rows) == total_of(sketch.profile, {}));
}

TEST_CASE("totals agree with their definition, selfs sum to the total, both trees have it") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const ProfileSketch sketch = random_profile(seed);
    const auto& profile = sketch.profile;
    const auto rows = hotspots(profile, GroupBy::function, {});
    const std::uint64_t total = total_of(profile, {});
    CHECK(self_sum(rows) == total);
    for (const Hotspot& row : rows) {
      if (row.name == "[no stack]") continue;
      std::uint64_t expected = 0;
      for (std::size_t i = 0; i < profile.samples.size(); ++i) {
        bool stands = false;
        for (auto at = profile.samples.stack[i]; at != model::StackNode::kRoot; at = profile.stacks[at].parent) {
          stands = stands || profile.frames[profile.stacks[at].frame].function == row.name;
        }
        if (stands) expected += profile.samples.values[0][i];
      }
      CHECK(row.total == expected);
    }
    for (const Direction direction : {Direction::top_down, Direction::bottom_up}) {
      const FlameTree tree = flame_tree(profile, {}, direction);
      CHECK(tree.nodes[0].total == total);
      std::vector<std::uint64_t> below(tree.nodes.size(), 0);
      std::uint64_t self = 0;
      for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
        self += tree.nodes[i].self;
        if (i == 0) continue;
        REQUIRE(tree.nodes[i].parent < i);
        below[tree.nodes[i].parent] += tree.nodes[i].total;
      }
      CHECK(self == total);
      for (std::size_t i = 0; i < tree.nodes.size(); ++i) CHECK(tree.nodes[i].total == tree.nodes[i].self + below[i]);
    }
  }
}

TEST_CASE("one function in two modules is two, one at two lines is one with its hottest line") {
  ProfileSketch sketch;
  sketch.row({"main;run|/opt/a.so|/src/a.cpp|10", 3});
  sketch.row({"main;run|/opt/a.so|/src/a.cpp|12", 5});
  sketch.row({"main;run|/opt/b.so|/src/b.cpp|7", 1});
  const auto rows = hotspots(sketch.profile, GroupBy::function, {});
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].self == 8);
  CHECK(rows[0].line == 12);
  CHECK(rows[0].samples == 2);
  CHECK(rows[1].module == "/opt/b.so");
  CHECK(named(hotspots(sketch.profile, GroupBy::line, {}), "/src/a.cpp:12").self == 5);
  CHECK(named(hotspots(sketch.profile, GroupBy::line, {}), "/src/a.cpp:12").function == "run");
  CHECK(named(hotspots(sketch.profile, GroupBy::module, {}), "/opt/a.so").total == 8);
  CHECK(named(hotspots(sketch.profile, GroupBy::language, {}), "native").total == 9);
  CHECK(flame_tree(sketch.profile, {}).nodes.size() == 4);
}

TEST_CASE("rows are grouped by thread, object and activity, and filtered") {
  ProfileSketch sketch;
  const std::uint32_t other = sketch.thread();
  sketch.row({"main", 4, 4, 0, 10});
  sketch.row({"main;wait", 0, 90, 0, 20, other, model::Activity::futex, "lock 1"});
  sketch.row({"main;wait", 0, 7, 0, 30, other, model::Activity::page_fault, "lock 1"});
  SampleFilter wall;
  wall.measure = 1;
  CHECK(named(hotspots(sketch.profile, GroupBy::thread, wall), "app 2").self == 97);
  CHECK(named(hotspots(sketch.profile, GroupBy::process, wall), "app 1").self == 101);
  CHECK(named(hotspots(sketch.profile, GroupBy::object, wall), "lock 1").self == 97);
  CHECK(named(hotspots(sketch.profile, GroupBy::object, wall), "[none]").self == 4);
  CHECK(named(hotspots(sketch.profile, GroupBy::activity, wall), "page fault").self == 7);
  wall.activity = model::Activity::futex;
  CHECK(total_of(sketch.profile, wall) == 90);
  wall.activity.reset();
  wall.from_ns = 20;
  wall.to_ns = 30;
  CHECK(total_of(sketch.profile, wall) == 90);
  wall.thread = 0;
  CHECK(hotspots(sketch.profile, GroupBy::function, wall).empty());
  wall.measure = 9;
  CHECK_THROWS_AS(static_cast<void>(total_of(sketch.profile, wall)), BadInput);
}

TEST_CASE("frames without a name say where they are") {
  model::Frame frame;
  CHECK(frame_name(frame) == "[unknown]");
  frame.module = "/usr/lib/libc.so.6";
  frame.address = 0x1234;
  CHECK(frame_name(frame) == "[libc.so.6+0x1234]");
  frame.module = "[kernel]";
  CHECK(frame_name(frame) == "[kernel+0x1234]");
}

TEST_CASE("callers and callees") {
  ProfileSketch sketch;
  sketch.row({"main;a;f;f;g", 5});
  sketch.row({"main;b;f", 3});
  sketch.row({"f", 1});
  const Neighbours found = neighbours(sketch.profile, "f", {});
  REQUIRE(found.callers.size() == 3);
  CHECK(found.callers[0].name == "a");
  CHECK(found.callers[0].value == 5);
  CHECK(found.callers[2].name == "[root]");
  REQUIRE(found.callees.size() == 1);
  CHECK(found.callees[0].name == "g");
  CHECK(found.callees[0].value == 5);
  CHECK(neighbours(sketch.profile, "absent", {}).callers.empty());
}

TEST_CASE("siblings stand by falling total; bottom up the callers hang below") {
  ProfileSketch sketch;
  sketch.row({"main;small", 1});
  sketch.row({"main;large;leaf", 6});
  sketch.row({"main;small;leaf", 2});
  sketch.row({"", 4});
  const FlameTree down = flame_tree(sketch.profile, {});
  const auto name = [](const FlameTree& tree, std::size_t i) { return tree.names[tree.nodes[i].name]; };
  CHECK(name(down, 0) == "all");
  CHECK(name(down, 1) == "main");
  CHECK(name(down, 2) == "[no stack]");
  CHECK(name(down, 3) == "large");
  CHECK(name(down, 4) == "small");
  CHECK(down.nodes[4].self == 1);
  CHECK(down.nodes[4].total == 3);
  const FlameTree up = flame_tree(sketch.profile, {}, Direction::bottom_up);
  CHECK(name(up, 1) == "leaf");
  CHECK(up.nodes[1].total == 8);
  CHECK(up.nodes[1].self == 0);
}

TEST_CASE("a million rows on 200,000 frames and deep recursion") {
  ProfileSketch sketch;
  auto& profile = sketch.profile;
  Random random(3);
  profile.frames.resize(200'000);
  for (std::size_t i = 0; i < profile.frames.size(); ++i) profile.frames[i].function = "f" + std::to_string(i / 2);
  profile.stacks.resize(100'000);
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    profile.stacks[i] = {i % 40 == 0 ? model::StackNode::kRoot : i - 1, i * 2};
  }
  for (std::uint32_t i = 0; i < 20'000; ++i) profile.stacks.push_back({i == 0 ? i : 99'999 + i, 7});
  const auto last = static_cast<std::uint32_t>(profile.stacks.size() - 1);
  for (int i = 0; i < 1'000'000; ++i) {
    profile.samples.stack.push_back(i == 0 ? last : static_cast<std::uint32_t>(random.below(100'000)));
    profile.samples.values[0].push_back(1);
  }
  profile.samples.thread.resize(1'000'000);
  profile.samples.time_ns.resize(1'000'000);
  profile.samples.activity.resize(1'000'000);
  profile.samples.object.resize(1'000'000);
  CHECK(self_sum(hotspots(profile, GroupBy::function, {})) == 1'000'000);
  CHECK(flame_tree(profile, {}, Direction::bottom_up).nodes[0].total == 1'000'000);
  CHECK(flame_tree(profile, {}).nodes[0].total == 1'000'000);
}
