// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/stack_tree.hpp"

#include <doctest/doctest.h>

#include <array>

namespace {

using perfopt::prof::FrameKey;
using perfopt::prof::FrameKind;
using perfopt::prof::StackTree;

FrameKey native(std::uint64_t address) {
  return {FrameKind::native, 0, address};
}

}  // namespace

TEST_CASE("stacks share what they have in common") {
  StackTree tree;
  const std::array first = {native(3), native(2), native(1)};
  const std::array second = {native(4), native(2), native(1)};
  const auto a = tree.insert(first);
  const auto b = tree.insert(second);
  CHECK(tree.nodes().size() == 4);
  CHECK(tree.nodes()[a].parent == tree.nodes()[b].parent);
  CHECK(tree.insert(first) == a);
  CHECK(tree.insert({}) == StackTree::kRoot);
}

TEST_CASE("a node comes after its parent") {
  StackTree tree;
  for (std::uint64_t i = 0; i < 100; ++i) (void)tree.insert(std::array{native(i), native(i % 7), native(1)});
  for (std::size_t i = 0; i < tree.nodes().size(); ++i) {
    const auto parent = tree.nodes()[i].parent;
    CHECK((parent == StackTree::kRoot || parent < i));
  }
}
