// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/stack_stitch.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <map>
#include <utility>

namespace {

using namespace perfopt::prof;

// A frame of the function and call site `address` whose stack frame ends at `cfa`.
NativeFrame frame(std::uint64_t address, std::uint64_t cfa) {
  return {{FrameKind::native, 0, address}, address, cfa};
}

std::vector<std::uint64_t> addresses(const std::vector<NativeFrame>& frames) {
  std::vector<std::uint64_t> all;
  for (const NativeFrame& one : frames) all.push_back(one.address);
  return all;
}

constexpr pid_t kThread = 7;

// Return addresses by their place.
class Returns final : public Memory {
 public:
  explicit Returns(std::map<std::uint64_t, std::uint64_t> words) : words_(std::move(words)) {}
  [[nodiscard]] bool read(std::uint64_t address, std::span<std::byte> into) const override {
    const auto found = words_.find(address);
    if (found == words_.end() || into.size() != sizeof found->second) return false;
    std::memcpy(into.data(), &found->second, into.size());
    return true;
  }

 private:
  std::map<std::uint64_t, std::uint64_t> words_;
};

// Of a stack of the frames 8 (CFA 60), 3 (70), 2 (80), 1 (90).
const Returns kReturns({{52, 3}, {62, 3}, {72, 2}});

}  // namespace

TEST_CASE("a cut stack gets the callers that its outermost frame had before") {
  StackStitch stitch;
  stitch.remember(kThread, {frame(3, 70), frame(2, 80), frame(1, 90)});
  std::vector<NativeFrame> cut{frame(9, 40), frame(8, 60), frame(2, 80)};
  CHECK(stitch.complete(kThread, kReturns, cut));
  CHECK(addresses(cut) == std::vector<std::uint64_t>{9, 8, 2, 1});
  std::vector<NativeFrame> deeper{frame(5, 20), frame(8, 60)};
  CHECK(stitch.complete(kThread, kReturns, deeper));  // by what was completed before
  CHECK(addresses(deeper) == std::vector<std::uint64_t>{5, 8, 2, 1});
}

TEST_CASE("another activation, another call and another thread do not fit") {
  StackStitch stitch;
  stitch.remember(kThread, {frame(3, 70), frame(2, 80), frame(1, 90)});
  for (const NativeFrame& outermost : {frame(2, 81), frame(4, 80)}) {
    std::vector<NativeFrame> cut{frame(9, 40), outermost};
    CHECK_FALSE(stitch.complete(kThread, kReturns, cut));
    CHECK(cut.size() == 2);
  }
  std::vector<NativeFrame> cut{frame(2, 80)};
  CHECK_FALSE(stitch.complete(kThread + 1, kReturns, cut));
  stitch.forget(kThread);
  CHECK_FALSE(stitch.complete(kThread, kReturns, cut));
}

TEST_CASE("an outermost frame that the cut has spoilt is replaced") {
  StackStitch stitch;
  stitch.remember(kThread, {frame(3, 70), frame(2, 80), frame(1, 90)});
  std::vector<NativeFrame> cut{frame(9, 40), frame(3, 70), frame(2, 77)};
  CHECK(stitch.complete(kThread, kReturns, cut));
  CHECK(addresses(cut) == std::vector<std::uint64_t>{9, 3, 2, 1});
}

TEST_CASE("a frame that returns to another caller now leaves the stack cut") {
  StackStitch stitch;
  stitch.remember(kThread, {frame(3, 70), frame(2, 80), frame(1, 90)});
  std::vector<NativeFrame> cut{frame(9, 40), frame(3, 70)};
  CHECK_FALSE(stitch.complete(kThread, Returns({{62, 50}, {72, 2}}), cut));
  CHECK_FALSE(stitch.complete(kThread, Returns({}), cut));
  CHECK(cut.size() == 2);
}
