// SPDX-License-Identifier: Apache-2.0
// Merged stacks of made-up frames with known answers.
#include <cstdint>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/prof/languages/reader.hpp"

using namespace perfopt::prof;

namespace {

// Addresses say what a function is: 1xx the evaluation loop, 2xx plumbing, 3xx the C library, others the program's.
class FakeReader final : public LanguageReader {
 public:
  [[nodiscard]] std::string name() const override { return "fake 1.0"; }
  [[nodiscard]] ReadEnd read(pid_t tid, std::vector<ScriptFrame>& frames) override {
    frames.push_back({static_cast<std::uint32_t>(tid), 1});
    return ReadEnd::complete;
  }
  [[nodiscard]] bool evaluates(const NativeFrame& frame) const override { return frame.key.value / 100 == 1; }
  [[nodiscard]] bool plumbing(const NativeFrame& frame) const override { return frame.key.value / 100 == 2; }
  [[nodiscard]] bool c_library(const NativeFrame& frame) const override { return frame.key.value / 100 == 3; }
};

// Frames from the innermost on; each occupies 0x100 bytes of the C stack: frame i lies in [0x1000 + i * 0x100, +
// 0x100).
std::vector<NativeFrame> native(std::initializer_list<std::uint64_t> addresses) {
  std::vector<NativeFrame> frames;
  std::uint64_t cfa = 0x1000;
  for (const std::uint64_t address : addresses) {
    cfa += 0x100;
    frames.push_back({{FrameKind::native, 0, address}, address, cfa});
  }
  return frames;
}

constexpr std::uint64_t in_frame(unsigned index) {
  return 0x1000 + index * 0x100 + 0x40;
}

// "n500 s1 ...": native by address, script by name.
std::string merged(const std::vector<NativeFrame>& frames, const std::vector<ScriptFrame>& script) {
  std::string text;
  for (const FrameKey& key : merge(frames, script, FakeReader())) {
    const bool is_script = key.kind == FrameKind::script;
    text +=
        (text.empty() ? "" : " ") + (is_script ? "s" + std::to_string(key.module) : "n" + std::to_string(key.value));
  }
  return text;
}

}  // namespace

TEST_CASE("script frames take the place of their loop; what C code does stays between") {
  const auto frames = native({500, 201, 100, 202, 510, 203, 101, 204, 300});
  const std::vector<ScriptFrame> script{{1, 10, true}, {2, 20}, {3, 30, true}};
  CHECK(merged(frames, script) == "n500 s1 n510 s2 s3");
}

TEST_CASE("a program that embeds the interpreter keeps its own frames") {
  const auto frames = native({100, 201, 600, 601, 300});
  CHECK(merged(frames, {{1, 10, true}}) == "s1 n600 n601 n300");
}

TEST_CASE("loops are found by the place of their record") {
  const auto frames = native({500, 100, 510, 101, 204, 300});
  CHECK(merged(frames, {{1, 1, true, in_frame(1)}, {2, 2, true, in_frame(3)}}) == "n500 s1 n510 s2");
  // The script has returned from the inner loop since: its native frames belong to nothing.
  CHECK(merged(frames, {{2, 2, true, in_frame(3)}}) == "s2");
  // It has entered another since: the leaf is not its.
  CHECK(merged(frames, {{9, 9, true, 0x800}, {1, 1, true, in_frame(1)}, {2, 2, true, in_frame(3)}}) == "s9 s1 n510 s2");
  // The whole stack is another one.
  CHECK(merged(frames, {{9, 9, true, 0x9000}}) == "s9");
}

TEST_CASE("without places, loops are counted from the root on") {
  const auto frames = native({500, 100, 510, 101, 520, 102, 300});
  CHECK(merged(frames, {{1, 1, true}, {2, 2, true}, {3, 3, true}}) == "n500 s1 n510 s2 n520 s3");
  CHECK(merged(frames, {{2, 2, true}, {3, 3, true}}) == "s2 n520 s3");
  CHECK(merged(frames, {{0, 0, true}, {1, 1, true}, {2, 2, true}, {3, 3, true}}) == "s0 s1 n510 s2 n520 s3");
}

TEST_CASE("script frames without an entry stand for all loops") {
  const auto frames = native({700, 500, 100, 201, 101, 510, 102, 300});
  CHECK(merged(frames, {{1, 1}, {2, 2}}) == "n700 n500 s1 s2");
}

TEST_CASE("one of the two alone") {
  CHECK(merged(native({500, 100, 300}), {}) == "n500 n100 n300");
  CHECK(merged({}, {{1, 1, true}}) == "s1");
  CHECK(merged(native({500, 300}), {{1, 1, true}}) == "s1");
  CHECK(merged({}, {}).empty());
}

TEST_CASE("stacks that the kernel walked have no places") {
  auto frames = native({500, 100, 510, 101, 300});
  for (NativeFrame& frame : frames) frame.cfa = 0;
  CHECK(merged(frames, {{1, 1, true, 0x7000}, {2, 2, true, 0x8000}}) == "n500 s1 n510 s2");
}
