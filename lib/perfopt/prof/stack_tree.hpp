// SPDX-License-Identifier: Apache-2.0
// All stacks of a recording as a prefix tree from the root: memory grows with the distinct stacks, not with the
// samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/frame_key.hpp"

namespace perfopt::prof {

class StackTree {
 public:
  static constexpr std::uint32_t kRoot = model::StackNode::kRoot;

  struct Node {
    std::uint32_t parent = kRoot;  // always smaller than the node's own index
    FrameKey frame;
  };

  // The node of `frame` below `parent`, made when it is new.
  std::uint32_t child(std::uint32_t parent, const FrameKey& frame);
  // The node of a whole stack given from the innermost frame to the root; kRoot for an empty one.
  std::uint32_t insert(std::span<const FrameKey> leaf_first);

  [[nodiscard]] std::span<const Node> nodes() const noexcept { return nodes_; }

 private:
  struct Edge {
    std::uint32_t parent;
    FrameKey frame;
    friend bool operator==(const Edge&, const Edge&) = default;
  };
  struct EdgeHash {
    [[nodiscard]] std::size_t operator()(const Edge& edge) const noexcept;
  };

  std::vector<Node> nodes_;
  std::unordered_map<Edge, std::uint32_t, EdgeHash> index_;
};

}  // namespace perfopt::prof
