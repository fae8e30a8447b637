// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/flame_size.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <vector>

namespace perfopt::stats {
namespace {

constexpr std::size_t kBytesOfPlace = 16;

// The text that a page needs for nodes, each name once.
class TextSize {
 public:
  TextSize(const FlameTree& tree, std::size_t longest) : tree_(tree), longest_(longest), seen_(tree.names.size()) {}

  std::size_t add(const FlameNode& node) {
    if (seen_[node.name]) return sum_;
    seen_[node.name] = true;
    return sum_ += std::min(tree_.names[node.name].size(), longest_) + kBytesOfPlace;
  }

 private:
  const FlameTree& tree_;
  std::size_t longest_;
  std::vector<bool> seen_;
  std::size_t sum_ = 0;
};

// Of the nodes by falling total and rising index: then a parent is kept when its child is.
std::size_t kept_of(const FlameTree& tree, const std::vector<std::uint32_t>& order, const FlameLimits& limits) {
  TextSize text(tree, limits.longest_name);
  std::size_t kept = 0;
  while (kept < std::min(order.size(), limits.nodes)) {
    if (text.add(tree.nodes[order[kept]]) > limits.text_bytes && kept > 0) break;
    ++kept;
  }
  return kept;
}

// Gives each node that is kept its number in `result`.
void keep(const FlameTree& tree, const std::vector<bool>& kept, FlameTree& result, std::vector<std::uint32_t>& place) {
  for (std::uint32_t i = 0; i < tree.nodes.size(); ++i) {
    if (!kept[i]) continue;
    place[i] = static_cast<std::uint32_t>(result.nodes.size());
    result.nodes.push_back(tree.nodes[i]);
    if (i != 0) result.nodes.back().parent = place[tree.nodes[i].parent];
  }
}

// What was dropped goes to a new child of the nearest node that was not.
void gather(const FlameTree& tree, const std::vector<bool>& kept, FlameTree& result,
            std::vector<std::uint32_t>& place) {
  const auto name = static_cast<std::uint32_t>(result.names.size());
  result.names.emplace_back(kSmaller);
  std::vector<std::uint32_t> rest(result.nodes.size(), 0);
  for (std::uint32_t i = 1; i < tree.nodes.size(); ++i) {
    if (kept[i]) continue;
    const FlameNode& node = tree.nodes[i];
    if (!kept[node.parent]) {
      place[i] = place[node.parent];
      continue;
    }
    std::uint32_t& child = rest[place[node.parent]];
    if (child == 0) {
      child = static_cast<std::uint32_t>(result.nodes.size());
      result.nodes.push_back({name, place[node.parent], FlameNode::kNone, 0, 0});
    }
    place[i] = child;
    result.nodes[child].self += node.total;
    result.nodes[child].total += node.total;
  }
}

}  // namespace

std::optional<FlameTree> smaller_tree(const FlameTree& tree, const FlameLimits& limits) {
  TextSize all(tree, limits.longest_name);
  std::size_t text = 0;
  for (const FlameNode& node : tree.nodes) text = all.add(node);
  if (tree.nodes.size() <= limits.nodes && text <= limits.text_bytes) return std::nullopt;
  std::vector<std::uint32_t> order(tree.nodes.size());
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    return std::tie(tree.nodes[b].total, a) < std::tie(tree.nodes[a].total, b);
  });
  std::vector<bool> kept(tree.nodes.size(), false);
  const std::size_t most = kept_of(tree, order, limits);
  for (std::size_t i = 0; i < most; ++i) kept[order[i]] = true;
  FlameTree result;
  result.names = tree.names;
  std::vector<std::uint32_t> place(tree.nodes.size(), 0);
  keep(tree, kept, result, place);
  gather(tree, kept, result, place);
  result.of_stack = tree.of_stack;
  for (std::uint32_t& node : result.of_stack) node = place[node];
  result.no_stack = place[tree.no_stack];
  return result;
}

}  // namespace perfopt::stats
