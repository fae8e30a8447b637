// SPDX-License-Identifier: Apache-2.0
// The tree that a flame graph or a call tree shows: stacks merged by function, with self and total.
//
// Bottom up, the children of the root are the functions that had self time, their children are who called them, and so
// on; self is then what was called by nobody. Both directions have the same total. Samples without a stack are a
// child "[no stack]" of the root; branches without value are left out. Nodes of the same function have the same frame.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfopt::stats {

struct FlameNode {
  static constexpr std::uint32_t kNone = model::StackNode::kRoot;

  std::uint32_t name = 0;        // index into FlameTree::names
  std::uint32_t parent = kNone;  // smaller than its own index; node 0 is the root, "all"
  std::uint32_t frame = kNone;   // the first frame of the profile of its function: language, file, module
  std::uint64_t self = 0;
  std::uint64_t total = 0;  // self and those of all children
};

struct FlameTree {
  std::vector<std::string> names;  // each once
  std::vector<FlameNode> nodes;    // children after their parent, siblings by falling total
  // Top down: the node of each stack of the profile, 0 for one without value. Bottom up: empty.
  std::vector<std::uint32_t> of_stack;
  std::uint32_t no_stack = 0;  // the node of samples without one; 0: there are none
};

enum class Direction : std::uint8_t { top_down, bottom_up };

[[nodiscard]] FlameTree flame_tree(const model::Profile& profile, const SampleFilter& filter,
                                   Direction direction = Direction::top_down);

}  // namespace perfopt::stats
