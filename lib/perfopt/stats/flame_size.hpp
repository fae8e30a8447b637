// SPDX-License-Identifier: Apache-2.0
// A flame tree of no more than so many nodes and so much text, with the same total.
//
// The largest nodes are kept; what is dropped below one of them becomes one child "[smaller]" of it, in the place of
// the stacks that end there too.
#pragma once

#include <cstddef>
#include <optional>

#include "perfopt/stats/flame_tree.hpp"

namespace perfopt::stats {

inline constexpr const char* kSmaller = "[smaller]";

struct FlameLimits {
  std::size_t nodes = 200'000;
  std::size_t text_bytes = 2'000'000;  // names of functions and where they are
  std::size_t longest_name = 200;      // bytes of a name that count
};

// Empty when the tree is within the limits. A top-down tree.
[[nodiscard]] std::optional<FlameTree> smaller_tree(const FlameTree& tree, const FlameLimits& limits);

}  // namespace perfopt::stats
