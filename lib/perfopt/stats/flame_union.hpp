// SPDX-License-Identifier: Apache-2.0
// Two flame trees in one, for a differential flame graph: each stack of functions that stands in either, once.
//
// Functions are the same when their names are: module paths and lines differ between two builds of one program.
// Siblings of one name (functions of two modules) become one. Both selfs sum to the totals of their trees.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/stats/flame_tree.hpp"

namespace perfopt::stats {

struct FlamePair {
  std::uint64_t before = 0;
  std::uint64_t after = 0;
};

struct UnitedNode {
  std::uint32_t name = 0;  // index into FlameUnion::names
  std::uint32_t parent = FlameNode::kNone;
  std::uint32_t frame_before = FlameNode::kNone;  // of that profile
  std::uint32_t frame_after = FlameNode::kNone;
  FlamePair self, total;
};

struct FlameUnion {
  std::vector<std::string> names;  // each once
  std::vector<UnitedNode> nodes;   // node 0 is the root; children after their parent, siblings by falling mean share
};

// Both top down.
[[nodiscard]] FlameUnion flame_union(const FlameTree& before, const FlameTree& after);

}  // namespace perfopt::stats
