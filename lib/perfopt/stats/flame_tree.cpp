// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/flame_tree.hpp"

#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "perfopt/stats/edge_table.hpp"
#include "perfopt/stats/function_table.hpp"
#include "perfopt/stats/sibling_order.hpp"
#include "perfopt/stats/stack_sums.hpp"

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;

class Builder {
 public:
  Builder(const model::Profile& profile, std::size_t edges)
      : profile_(profile), table_(function_table(profile)), edges_(edges) {
    named_.assign(table_.size(), FlameNode::kNone);
    names_.reserve(
        table_.size() +
        3);  // all there can be, and one that turns out to be known: the index looks at them where they stand
    name_index_.reserve(table_.size() + 2);
    nodes_.push_back({name("all"), FlameNode::kNone, FlameNode::kNone, 0, 0});
  }

  // The node below `parent` of the function that this stack ends in.
  std::uint32_t child(std::uint32_t parent, std::uint32_t stack) {
    const std::uint32_t function = table_.of_frame[profile_.stacks[stack].frame];
    const auto fresh = static_cast<std::uint32_t>(nodes_.size());
    const std::uint32_t node = edges_.find_or_add(parent, function, fresh);
    if (node == fresh) nodes_.push_back({function_name(function), parent, table_.frame[function], 0, 0});
    return node;
  }

  void add(std::uint32_t node, std::uint64_t self) { nodes_[node].self += self; }

  // `of_stack` by the numbers that child() gave.
  FlameTree finish(std::uint64_t no_stack, std::vector<std::uint32_t> of_stack) && {
    const auto last = static_cast<std::uint32_t>(nodes_.size());
    if (no_stack != 0) nodes_.push_back({name("[no stack]"), 0, FlameNode::kNone, no_stack, 0});
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      nodes_[i].total += nodes_[i].self;
      if (i != 0) nodes_[nodes_[i].parent].total += nodes_[i].total;
    }
    FlameTree tree;
    std::vector<std::uint32_t> place(nodes_.size(), 0);  // of each node in the tree
    tree.nodes = sorted(place);                          // which reads the names
    tree.names = std::move(names_);
    for (std::uint32_t& node : of_stack) node = place[node];
    tree.of_stack = std::move(of_stack);
    if (no_stack != 0) tree.no_stack = place[last];
    return tree;
  }

 private:
  std::uint32_t name(std::string text) {
    const auto fresh = static_cast<std::uint32_t>(names_.size());
    names_.push_back(std::move(text));
    const auto [at, is_new] = name_index_.try_emplace(names_.back(), fresh);
    if (!is_new) names_.pop_back();
    return at->second;
  }

  std::uint32_t function_name(std::uint32_t function) {
    std::uint32_t& known = named_[function];
    if (known == FlameNode::kNone) known = name(frame_name(profile_.frames[table_.frame[function]]));
    return known;
  }

  // Renumbered so that siblings stand together by falling total; `place` gets the new number of each.
  [[nodiscard]] std::vector<FlameNode> sorted(std::vector<std::uint32_t>& place) const {
    const std::vector<std::uint32_t> order = sibling_order(
        nodes_.size(), [this](std::uint32_t node) { return nodes_[node].parent; },
        [this](std::uint32_t a, std::uint32_t b) {
          const FlameNode& x = nodes_[a];
          const FlameNode& y = nodes_[b];
          if (x.total != y.total) return x.total > y.total;
          return std::tie(names_[x.name], a) < std::tie(names_[y.name], b);
        });
    for (std::uint32_t i = 0; i < order.size(); ++i) place[order[i]] = i;
    std::vector<FlameNode> result;
    result.reserve(order.size());
    for (const std::uint32_t old : order) {
      result.push_back(nodes_[old]);
      if (old != 0) result.back().parent = place[nodes_[old].parent];
    }
    return result;
  }

  const model::Profile& profile_;
  FunctionTable table_;
  EdgeTable edges_;
  std::vector<std::uint32_t> named_;  // name of each function
  std::vector<FlameNode> nodes_;
  std::vector<std::string> names_;
  std::unordered_map<std::string_view, std::uint32_t> name_index_;
};

FlameTree top_down(const model::Profile& profile, const StackSums& sums) {
  Builder builder(profile, profile.stacks.size());
  const std::vector<std::uint64_t> subtree = subtree_sums(profile, sums.self);
  std::vector<std::uint32_t> node_of(profile.stacks.size(), 0);
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    if (subtree[i] == 0) continue;
    const std::uint32_t parent = profile.stacks[i].parent;
    node_of[i] = builder.child(parent == kRoot ? 0 : node_of[parent], i);
    builder.add(node_of[i], sums.self[i]);
  }
  return std::move(builder).finish(sums.no_stack, std::move(node_of));
}

FlameTree bottom_up(const model::Profile& profile, const StackSums& sums) {
  Builder builder(profile, profile.frames.size());
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    if (sums.self[i] == 0) continue;
    std::uint32_t node = 0;
    for (std::uint32_t at = i; at != kRoot; at = profile.stacks[at].parent) node = builder.child(node, at);
    builder.add(node, sums.self[i]);
  }
  return std::move(builder).finish(sums.no_stack, {});
}

}  // namespace

FlameTree flame_tree(const model::Profile& profile, const SampleFilter& filter, Direction direction) {
  const StackSums sums = stack_sums(profile, filter);
  return direction == Direction::top_down ? top_down(profile, sums) : bottom_up(profile, sums);
}

}  // namespace perfopt::stats
