// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/flame_union.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "perfopt/stats/edge_table.hpp"
#include "perfopt/stats/sibling_order.hpp"

namespace perfopt::stats {
namespace {

class Union {
 public:
  Union(const FlameTree& before, const FlameTree& after) : edges_(before.nodes.size() + after.nodes.size()) {
    names_.reserve(before.names.size() + after.names.size());  // views into it stay valid
    nodes_.emplace_back();
    add(before, false);
    add(after, true);
  }

  FlameUnion finish() && {
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      UnitedNode& node = nodes_[i];
      node.total.before += node.self.before;
      node.total.after += node.self.after;
      if (i == 0) break;
      nodes_[node.parent].total.before += node.total.before;
      nodes_[node.parent].total.after += node.total.after;
    }
    std::vector<UnitedNode> nodes = sorted();
    return {std::move(names_), std::move(nodes)};
  }

 private:
  void add(const FlameTree& tree, bool is_after) {
    std::vector<std::uint32_t> name;
    name.reserve(tree.names.size());
    for (const std::string& text : tree.names) name.push_back(name_of(text));
    std::vector<std::uint32_t> place(tree.nodes.size(), 0);
    for (std::size_t i = 0; i < tree.nodes.size(); ++i) {
      const FlameNode& from = tree.nodes[i];
      if (i > 0) place[i] = child(place[from.parent], name[from.name]);
      UnitedNode& node = nodes_[place[i]];
      if (i == 0) node.name = name[from.name];
      (is_after ? node.self.after : node.self.before) += from.self;
      std::uint32_t& frame = is_after ? node.frame_after : node.frame_before;
      if (frame == FlameNode::kNone) frame = from.frame;
    }
  }

  std::uint32_t name_of(const std::string& text) {
    const auto fresh = static_cast<std::uint32_t>(names_.size());
    if (const auto at = index_.find(text); at != index_.end()) return at->second;
    names_.push_back(text);
    index_.emplace(names_.back(), fresh);
    return fresh;
  }

  std::uint32_t child(std::uint32_t parent, std::uint32_t name) {
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    const std::uint32_t node = edges_.find_or_add(parent, name, fresh);
    if (node == fresh) {
      nodes_.emplace_back();
      nodes_.back().name = name;
      nodes_.back().parent = parent;
    }
    return node;
  }

  [[nodiscard]] double mean_share(const FlamePair& value) const {
    const FlamePair& whole = nodes_.front().total;
    return static_cast<double>(value.before) / std::max(1.0, static_cast<double>(whole.before)) +
           static_cast<double>(value.after) / std::max(1.0, static_cast<double>(whole.after));
  }

  [[nodiscard]] std::vector<UnitedNode> sorted() const {
    std::vector<double> share;
    share.reserve(nodes_.size());
    for (const UnitedNode& node : nodes_) share.push_back(mean_share(node.total));
    const std::vector<std::uint32_t> order = sibling_order(
        nodes_.size(), [this](std::uint32_t node) { return nodes_[node].parent; },
        [&](std::uint32_t a, std::uint32_t b) { return std::tie(share[b], a) < std::tie(share[a], b); });
    std::vector<std::uint32_t> place(nodes_.size(), 0);
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<UnitedNode> result;
    result.reserve(order.size());
    for (const std::uint32_t old : order) {
      result.push_back(nodes_[old]);
      if (old != 0) result.back().parent = place[nodes_[old].parent];
    }
    return result;
  }

  EdgeTable edges_;
  std::vector<std::string> names_;
  std::unordered_map<std::string_view, std::uint32_t> index_;
  std::vector<UnitedNode> nodes_;
};

}  // namespace

FlameUnion flame_union(const FlameTree& before, const FlameTree& after) {
  return Union(before, after).finish();
}

}  // namespace perfopt::stats
