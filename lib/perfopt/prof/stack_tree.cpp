// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/stack_tree.hpp"

#include <ranges>

namespace perfopt::prof {

std::size_t StackTree::EdgeHash::operator()(const Edge& edge) const noexcept {
  constexpr std::size_t kMix = 0xD6E8FEB86659FD93U;  // an odd constant with well spread bits
  return FrameKeyHash{}(edge.frame) ^ (std::size_t{edge.parent} + 1) * kMix;
}

std::uint32_t StackTree::child(std::uint32_t parent, const FrameKey& frame) {
  const auto [place, fresh] = index_.try_emplace({parent, frame}, static_cast<std::uint32_t>(nodes_.size()));
  if (fresh) nodes_.push_back({parent, frame});
  return place->second;
}

std::uint32_t StackTree::insert(std::span<const FrameKey> leaf_first) {
  std::uint32_t node = kRoot;
  for (const FrameKey& frame : std::views::reverse(leaf_first)) node = child(node, frame);
  return node;
}

}  // namespace perfopt::prof
