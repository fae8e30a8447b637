// SPDX-License-Identifier: Apache-2.0
// Renumbers the nodes of a tree so that siblings stand together in an order of their own, level by level.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace perfopt::stats {

// The old number of each node by its new one: that of the root, 0, first, parents before their children. `parent(n)` is
// the parent of node n > 0, `before(a, b)` a strict order of siblings.
template <class Parent, class Before>
std::vector<std::uint32_t> sibling_order(std::size_t nodes, Parent parent, Before before) {
  std::vector<std::uint32_t> first(nodes + 1, 0);  // of the children of each, in `children`
  for (std::uint32_t n = 1; n < nodes; ++n) ++first[std::size_t{parent(n)} + 1];
  for (std::size_t n = 1; n < first.size(); ++n) first[n] += first[n - 1];
  std::vector<std::uint32_t> children(nodes - 1);
  std::vector<std::uint32_t> next = first;
  for (std::uint32_t n = 1; n < nodes; ++n) children[next[parent(n)]++] = n;
  std::vector<std::uint32_t> order{0};
  order.reserve(nodes);
  for (std::size_t at = 0; at < order.size(); ++at) {
    const auto begin = children.begin() + first[order[at]];
    const auto end = children.begin() + first[std::size_t{order[at]} + 1];
    if (end - begin > 1) std::sort(begin, end, before);  // most have one child
    order.insert(order.end(), begin, end);
  }
  return order;
}

}  // namespace perfopt::stats
