// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/flame_tree.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "perfopt/stats/function_table.hpp"
#include "perfopt/stats/stack_sums.hpp"

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;

class Builder {
 public:
  explicit Builder(const model::Profile& profile) : profile_(profile), table_(function_table(profile)) {
    named_.assign(table_.size(), FlameNode::kNone);
    nodes_.push_back({name("all"), FlameNode::kNone, FlameNode::kNone, 0, 0});
  }

  // The node below `parent` of the function that this stack ends in.
  std::uint32_t child(std::uint32_t parent, std::uint32_t stack) {
    const std::uint32_t function = table_.of_frame[profile_.stacks[stack].frame];
    const std::uint64_t edge = std::uint64_t{parent} << 32U | function;
    const auto [at, is_new] = edges_.try_emplace(edge, static_cast<std::uint32_t>(nodes_.size()));
    if (is_new) nodes_.push_back({function_name(function), parent, profile_.stacks[stack].frame, 0, 0});
    return at->second;
  }

  void add(std::uint32_t node, std::uint64_t self) { nodes_[node].self += self; }

  FlameTree finish(std::uint64_t no_stack) && {
    if (no_stack != 0) nodes_.push_back({name("[no stack]"), 0, FlameNode::kNone, no_stack, 0});
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      nodes_[i].total += nodes_[i].self;
      if (i != 0) nodes_[nodes_[i].parent].total += nodes_[i].total;
    }
    std::vector<FlameNode> nodes = sorted();  // which reads the names
    return {std::move(names_), std::move(nodes)};
  }

 private:
  std::uint32_t name(const std::string& text) {
    const auto [at, is_new] = name_index_.try_emplace(text, static_cast<std::uint32_t>(names_.size()));
    if (is_new) names_.push_back(text);
    return at->second;
  }

  std::uint32_t function_name(std::uint32_t function) {
    std::uint32_t& known = named_[function];
    if (known == FlameNode::kNone) known = name(frame_name(profile_.frames[table_.frame[function]]));
    return known;
  }

  // Renumbered so that siblings stand together by falling total.
  [[nodiscard]] std::vector<FlameNode> sorted() const {
    std::vector<std::uint32_t> first(nodes_.size() + 1, 0);  // of the children of each, in `order`
    for (std::size_t i = 1; i < nodes_.size(); ++i) ++first[nodes_[i].parent + std::size_t{1}];
    for (std::size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
    std::vector<std::uint32_t> order(nodes_.size() - 1);
    std::vector<std::uint32_t> next = first;
    for (std::uint32_t i = 1; i < nodes_.size(); ++i) order[next[nodes_[i].parent]++] = i;
    // Most have one child: only siblings are compared.
    for (std::size_t parent = 0; parent < nodes_.size(); ++parent) {
      std::sort(order.begin() + first[parent], order.begin() + first[parent + 1],
                [this](std::uint32_t a, std::uint32_t b) {
                  const FlameNode& x = nodes_[a];
                  const FlameNode& y = nodes_[b];
                  return std::tie(y.total, names_[x.name], a) < std::tie(x.total, names_[y.name], b);
                });
    }
    std::vector<FlameNode> result{nodes_[0]};
    std::vector<std::uint32_t> old{0};
    result.reserve(nodes_.size());
    for (std::uint32_t at = 0; at < result.size(); ++at) {
      for (std::uint32_t i = first[old[at]]; i < first[old[at] + std::size_t{1}]; ++i) {
        result.push_back(nodes_[order[i]]);
        result.back().parent = at;
        old.push_back(order[i]);
      }
    }
    return result;
  }

  const model::Profile& profile_;
  FunctionTable table_;
  std::vector<std::uint32_t> named_;  // name of each function
  std::vector<FlameNode> nodes_;
  std::vector<std::string> names_;
  std::unordered_map<std::string, std::uint32_t> name_index_;
  std::unordered_map<std::uint64_t, std::uint32_t> edges_;
};

void add_top_down(const model::Profile& profile, const StackSums& sums, Builder& builder) {
  const std::vector<std::uint64_t> subtree = subtree_sums(profile, sums.self);
  std::vector<std::uint32_t> node_of(profile.stacks.size(), 0);
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    if (subtree[i] == 0) continue;
    const std::uint32_t parent = profile.stacks[i].parent;
    node_of[i] = builder.child(parent == kRoot ? 0 : node_of[parent], i);
    builder.add(node_of[i], sums.self[i]);
  }
}

void add_bottom_up(const model::Profile& profile, const StackSums& sums, Builder& builder) {
  for (std::uint32_t i = 0; i < profile.stacks.size(); ++i) {
    if (sums.self[i] == 0) continue;
    std::uint32_t node = 0;
    for (std::uint32_t at = i; at != kRoot; at = profile.stacks[at].parent) node = builder.child(node, at);
    builder.add(node, sums.self[i]);
  }
}

}  // namespace

FlameTree flame_tree(const model::Profile& profile, const SampleFilter& filter, Direction direction) {
  const StackSums sums = stack_sums(profile, filter);
  Builder builder(profile);
  if (direction == Direction::top_down) {
    add_top_down(profile, sums, builder);
  } else {
    add_bottom_up(profile, sums, builder);
  }
  return std::move(builder).finish(sums.no_stack);
}

}  // namespace perfopt::stats
