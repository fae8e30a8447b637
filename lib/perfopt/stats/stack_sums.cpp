// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/stack_sums.hpp"

#include <string>

#include "perfopt/core/error.hpp"

namespace perfopt::stats {
namespace {

constexpr std::uint32_t kRoot = model::StackNode::kRoot;

// children[first[n] .. first[n + 1]) are those of node n - 1; those of 0 have no caller.
struct Children {
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> children;
};

Children children_of(const std::vector<model::StackNode>& stacks) {
  const auto slot = [](const model::StackNode& node) {
    return node.parent == kRoot ? std::size_t{0} : std::size_t{node.parent} + 1;
  };
  Children result;
  result.first.assign(stacks.size() + 2, 0);
  result.children.resize(stacks.size());
  for (const auto& node : stacks) ++result.first[slot(node) + 1];
  for (std::size_t i = 1; i < result.first.size(); ++i) result.first[i] += result.first[i - 1];
  std::vector<std::uint32_t> next(result.first.begin(), result.first.end() - 1);
  for (std::uint32_t i = 0; i < stacks.size(); ++i) result.children[next[slot(stacks[i])]++] = i;
  return result;
}

}  // namespace

bool takes(const SampleFilter& filter, const model::Samples& samples, std::size_t row) {
  return (!filter.activity || samples.activity[row] == *filter.activity) &&
         (!filter.thread || samples.thread[row] == *filter.thread) &&
         (!filter.from_ns || samples.time_ns[row] >= *filter.from_ns) &&
         (!filter.to_ns || samples.time_ns[row] < *filter.to_ns);
}

StackSums stack_sums(const model::Profile& profile, const SampleFilter& filter) {
  if (filter.measure >= profile.samples.values.size()) {
    throw BadInput("the profile of '" + profile.command + "' has " + std::to_string(profile.samples.values.size()) +
                   " measures; measure " + std::to_string(filter.measure) + " was asked for");
  }
  const auto& samples = profile.samples;
  const auto& values = samples.values[filter.measure];
  StackSums sums;
  sums.self.assign(profile.stacks.size(), 0);
  sums.rows.assign(profile.stacks.size(), 0);
  for (std::size_t row = 0; row < samples.size(); ++row) {
    if (values[row] == 0 || !takes(filter, samples, row)) continue;
    const std::uint32_t stack = samples.stack[row];
    (stack == kRoot ? sums.no_stack : sums.self[stack]) += values[row];
    ++(stack == kRoot ? sums.no_stack_rows : sums.rows[stack]);
    sums.total += values[row];
  }
  return sums;
}

std::vector<std::uint64_t> subtree_sums(const model::Profile& profile, const std::vector<std::uint64_t>& self) {
  std::vector<std::uint64_t> sums = self;
  for (std::size_t i = sums.size(); i-- > 0;) {
    if (profile.stacks[i].parent != kRoot) sums[profile.stacks[i].parent] += sums[i];
  }
  return sums;
}

void walk_stacks(const model::Profile& profile, const std::function<void(std::uint32_t)>& enter,
                 const std::function<void(std::uint32_t)>& leave) {
  const Children tree = children_of(profile.stacks);
  struct Level {
    std::uint32_t node;
    std::uint32_t next;
    std::uint32_t end;
  };
  std::vector<Level> path{{kRoot, tree.first[0], tree.first[1]}};
  while (!path.empty()) {
    Level& level = path.back();
    if (level.next == level.end) {
      if (level.node != kRoot) leave(level.node);
      path.pop_back();
      continue;
    }
    const std::uint32_t child = tree.children[level.next++];
    enter(child);
    path.push_back({child, tree.first[std::size_t{child} + 1], tree.first[std::size_t{child} + 2]});
  }
}

}  // namespace perfopt::stats
