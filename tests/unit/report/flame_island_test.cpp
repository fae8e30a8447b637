// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_island.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/report/flame_rows.hpp"
#include "perfopt/report/island.hpp"
#include "perfopt/report/profile_page.hpp"
#include "perfopt/stats/flame_size.hpp"
#include "unit/report/island_reader.hpp"
#include "unit/report/markup.hpp"
#include "unit/report/profile_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

using Numbers = std::vector<std::uint64_t>;

std::uint64_t sum(const Numbers& values) {
  return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
}

struct Read {
  explicit Read(const std::string& json) : parent(unpacked(member(json, "parent"))) {
    frame = unpacked(member(json.substr(json.find("\"nodes\"")), "frame"));
    if (json.find("\"rows\":null") != std::string::npos) {
      self = unpacked(member(json, "self"));
      return;
    }
    const std::string rows = json.substr(json.find("\"rows\""));
    node = unpacked_deltas(member(rows, "node"));
    thread = unpacked(member(rows, "thread"));
    activity = unpacked(member(rows, "activity"));
    time = unpacked_deltas(member(rows, "time"));
    value = unpacked(member(rows, "value"));
    self.resize(parent.size(), 0);
    for (std::size_t i = 0; i < node.size(); ++i) self.at(node[i] - 1) += value[i];
  }

  // `self` is that of the column, or the sum of the rows by node.
  Numbers parent, frame, self, node, thread, activity, time, value;
};

}  // namespace

TEST_CASE("an island tells the self of each node, once: as a column or as rows") {
  for (const model::Profile& profile : {words_profile(), allocation_profile(), io_profile()}) {
    CAPTURE(profile.mode);
    const ProfileView view(profile);
    const std::string json = flame_island(view, "flame");
    const Read read(json);
    CHECK(read.self.size() == view.tree.nodes.size() - 1);
    CHECK(sum(read.self) == view.total);
    for (std::size_t i = 0; i < read.parent.size(); ++i) CHECK(read.parent[i] <= i + 1);
    for (std::size_t i = 0; i < read.self.size(); ++i) CHECK(read.self[i] == view.tree.nodes[i + 1].self);
    CHECK((json.find("\"self\"") == std::string::npos) == !read.node.empty());
  }
}

TEST_CASE("rows tell thread and time of each value") {
  const model::Profile profile = words_profile();
  const ProfileView view(profile);
  const std::string json = flame_island(view, "flame");
  const Read read(json);
  CHECK(member(json, "threads") == "[\"words 100\",\"python3 101\"]");
  CHECK(member(json, "activities") == "[\"running\"]");
  std::uint64_t of_python = 0;
  for (std::size_t i = 0; i < read.node.size(); ++i) of_python += read.thread[i] == 1 ? read.value[i] : 0;
  CHECK(of_python == 200'000'000);
  CHECK(*std::ranges::max_element(read.time) < kMostFlameBuckets);
  CHECK(*std::ranges::max_element(read.time) > kMostFlameBuckets / 2);
}

TEST_CASE("more rows than a page holds are told in coarser buckets, and not at all beyond that") {
  const model::Profile profile = words_profile();
  const ProfileView view(profile);
  const FlameRows all = flame_rows(view, view.tree, 100'000, 1'000, 0);
  const FlameRows some = flame_rows(view, view.tree, 20, 1'000, 0);
  const FlameRows one = flame_rows(view, view.tree, 7, 1'000, 0);
  CHECK(all.rows.size() > 100);
  CHECK(some.rows.size() <= 20);
  CHECK(some.bucket_ns > all.bucket_ns);
  CHECK(one.rows.size() <= 7);
  CHECK(one.bucket_ns == 0);
  for (const FlameRows* rows : {&all, &some, &one}) {
    std::uint64_t total = 0;
    for (const FlameRow& row : rows->rows) total += row.value;
    CHECK(total == view.total);
  }
  CHECK(flame_rows(view, view.tree, 2, 1'000, 0).rows.empty());
}

TEST_CASE("one thread at one moment needs no rows") {
  ProfileDraft draft("cpu", {{"cpu", "ns"}});
  draft.sample(draft.stack({"main"}), {7});
  const std::string json = flame_island(ProfileView(draft.profile), "flame");
  CHECK(json.find("\"rows\":null") != std::string::npos);
  CHECK(Read(json).self == Numbers{7});
}

TEST_CASE("odd profiles: none, no stack, recursion of depth 5,000, values beyond what JavaScript counts") {
  CHECK(flame_island(ProfileView(model::Profile{}), "flame").empty());

  ProfileDraft unknown("cpu", {{"cpu", "ns"}});
  unknown.sample(model::StackNode::kRoot, {5});
  CHECK(sum(Read(flame_island(ProfileView(unknown.profile), "flame")).self) == 5);

  ProfileDraft deep("cpu", {{"cpu", "ns"}});
  deep.sample(deep.stack(std::vector<std::string>(5'000, "f")), {3});
  const Read recursion(flame_island(ProfileView(deep.profile), "flame"));
  CHECK(recursion.self.size() == 5'000);
  CHECK(sum(recursion.self) == 3);
  require_sound(profile_page(deep.profile));

  ProfileDraft huge("cpu", {{"cpu", "ns"}});
  huge.sample(huge.stack({"main", "f"}), {std::uint64_t{1} << 60U}, 1);
  huge.sample(huge.stack({"main", "g"}), {(std::uint64_t{1} << 59U) + 1}, 2'000);
  const std::string json = flame_island(ProfileView(huge.profile), "flame");
  const Read read(json);
  const auto scale = std::stod(member(json, "scale"));
  CHECK(sum(read.self) <= std::uint64_t{1} << 53U);
  CHECK(static_cast<double>(sum(read.self)) * scale == doctest::Approx(1.5 * std::pow(2.0, 60)));
  CHECK(read.self.size() == 3);
}

TEST_CASE("a tree beyond the limits keeps its total and its largest nodes, and stays in one piece") {
  const model::Profile profile = large_profile(2'000, 3'000);
  const ProfileView view(profile);
  const auto smaller = stats::smaller_tree(view.tree, {.nodes = 1'000, .text_bytes = 20'000, .longest_name = 200});
  REQUIRE(smaller);
  CHECK(smaller->nodes.size() <= 2'001);
  CHECK(smaller->nodes.size() > 100);
  CHECK(smaller->nodes[0].total == view.total);
  Numbers totals(smaller->nodes.size(), 0);
  for (std::size_t i = smaller->nodes.size(); i-- > 0;) {
    totals[i] += smaller->nodes[i].self;
    CHECK(totals[i] == smaller->nodes[i].total);
    if (i > 0) totals.at(smaller->nodes[i].parent) += totals[i];
  }
  const FlameRows rows = flame_rows(view, *smaller, 100'000, 10, 0);
  Numbers by_node(smaller->nodes.size(), 0);
  for (const FlameRow& row : rows.rows) by_node.at(row.node) += row.value;
  for (std::size_t i = 0; i < by_node.size(); ++i) CHECK(by_node[i] == smaller->nodes[i].self);
  CHECK_FALSE(stats::smaller_tree(view.tree, {.nodes = 1'000'000, .text_bytes = 100'000'000, .longest_name = 200}));
}

TEST_CASE("two profiles in one island: the union of their trees, both totals") {
  ProfileDraft before("cpu", {{"cpu", "ns"}});
  before.sample(before.stack({"main", "old"}), {30});
  before.sample(before.stack({"main", "kept"}), {10});
  ProfileDraft after("cpu", {{"cpu", "ns"}});
  after.sample(after.stack({"main", "kept"}), {20});
  after.sample(after.stack({"main", "kept", "new"}), {5});
  const ProfileView first(before.profile);
  const ProfileView second(after.profile);
  const stats::FlameUnion tree = stats::flame_union(first.tree, second.tree);
  CHECK(tree.nodes.size() == 5);  // the root, main, old, kept, new
  CHECK(tree.nodes[0].total.before == 40);
  CHECK(tree.nodes[0].total.after == 25);
  const std::string json = flame_diff_island(first, second, tree, "flame", 0.0559);
  CHECK(json.find("\"sure_points\":5.59") != std::string::npos);
  const Numbers self = unpacked(member(json, "self"));
  const Numbers changed = unpacked(member(json.substr(json.find("\"after\"")), "self"));
  CHECK(sum(self) == 40);
  CHECK(sum(changed) == 25);
  CHECK(self.size() == changed.size());
}

TEST_CASE("packed columns read back as they were, deflated or not") {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 53U;
  const Numbers few{0, 1, 127, 128, kLargest, 3};
  CHECK(packed(few).substr(0, 2) != "\"~");
  Numbers many;
  for (std::uint64_t i = 0; i < 10'000; ++i) many.push_back(i * i % 1'000);
  many.push_back(kLargest);
  CHECK(packed(many).substr(0, 2) == "\"~");
  const auto bare = [](const std::string& quoted) { return quoted.substr(1, quoted.size() - 2); };
  for (const Numbers& values : {Numbers{}, few, many}) {
    CHECK(unpacked(bare(packed(values))) == values);
    CHECK(unpacked_deltas(bare(packed_deltas(values))) == values);
  }
  CHECK(packed(many).size() < 10'000);
  CHECK(packed(many) == packed(many));
}

TEST_CASE("what deflate does not make shorter stays readable") {
  const std::string list = island_list(Numbers(2'000, 7), [](std::uint64_t value) { return std::to_string(value); });
  CHECK(packed_json("[1,2]") == "[1,2]");
  const std::string small = packed_json(list);
  REQUIRE(small.starts_with("\"~"));
  CHECK(small.size() < list.size() / 10);
  CHECK(unpacked_json(small.substr(1, small.size() - 2)) == list);
  std::string noise;  // which cannot be deflated
  for (std::uint32_t i = 0, state = 1; i < 1'000; ++i) {
    state = state * 1'664'525U + 1'013'904'223U;
    noise += static_cast<char>(state >> 24U);
  }
  CHECK(packed_json(noise) == noise);
}
