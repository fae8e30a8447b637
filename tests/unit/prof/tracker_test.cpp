// SPDX-License-Identifier: Apache-2.0
// The tracker on events made up here: what it keeps of processes, threads and stacks, without anything running.
#include "perfopt/prof/tracker.hpp"

#include <doctest/doctest.h>

#include <array>

#include "perfopt/prof/profile_builder.hpp"

namespace {

namespace model = perfopt::model;
using namespace perfopt::prof;

constexpr std::uint64_t kBase = 0x400000;
constexpr std::uint64_t kStart = 1'000;

struct Fixture {
  Recording recording;
  Tracker tracker{recording, {.live = false, .scripts = false, .start_ns = kStart}};

  Fixture() { recording.measures = {{"cpu", "ns"}}; }

  void map(pid_t pid, const std::string& path) { tracker.mapped(pid, kBase, 0x10000, 0, {path, 1, 7}, true); }
  void sample(pid_t pid, pid_t tid, std::span<const std::uint64_t> chain, std::uint64_t time_ns = kStart + 5) {
    Moment moment;
    moment.time_ns = time_ns;
    moment.pid = pid;
    moment.tid = tid;
    moment.values = {10, 0, 0, 0};
    moment.user_chain = chain;
    tracker.add(moment);
  }
  [[nodiscard]] const SampleRow& row(std::size_t index) const { return recording.samples.rows()[index]; }
  [[nodiscard]] FrameKey leaf(std::size_t index) const { return recording.stacks.nodes()[row(index).stack].frame; }
};

}  // namespace

TEST_CASE("a caller is named by its call, the innermost frame by itself") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  f.map(10, "/bin/no-such-file");
  f.sample(10, 10, std::array<std::uint64_t, 2>{kBase + 0x20, kBase + 0x31});
  const auto nodes = f.recording.stacks.nodes();
  REQUIRE(nodes.size() == 2);
  CHECK(f.leaf(0).module == nodes[0].frame.module);
  CHECK(f.leaf(0).value - nodes[0].frame.value == 0x20 - 0x30);
  CHECK(f.row(0).time_ns == 5);
  CHECK(f.recording.counts.taken == 1);
}

TEST_CASE("a forked process has the mappings of its parent, an exec has none of them") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  f.map(10, "/bin/no-such-file");
  f.tracker.started(kStart, 10, 11, 11);
  f.sample(11, 11, std::array<std::uint64_t, 1>{kBase});
  CHECK(f.leaf(0).kind == FrameKind::native);
  f.tracker.executed(kStart, 11, "other");
  f.sample(11, 11, std::array<std::uint64_t, 1>{kBase});
  CHECK(f.leaf(1).kind == FrameKind::unmapped);
  f.sample(10, 10, std::array<std::uint64_t, 1>{kBase});
  CHECK(f.leaf(2).kind == FrameKind::native);
  CHECK(f.recording.processes[f.tracker.process_index(11)].name == "other");
  CHECK(f.recording.processes[f.tracker.process_index(11)].parent_pid == 10);
}

TEST_CASE("a number that is used again is another thread") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  f.tracker.started(kStart + 1, 10, 10, 12);
  f.sample(10, 12, {});
  f.tracker.ended(kStart + 9, 10, 12);
  f.tracker.started(kStart + 20, 10, 10, 12);
  f.sample(10, 12, {});
  CHECK(f.row(0).thread != f.row(1).thread);
  CHECK(f.recording.threads[f.row(0).thread].end_ns == 9U);
  CHECK_FALSE(f.recording.threads[f.row(1).thread].end_ns);
  CHECK(f.recording.counts.no_stack == 2);
}

TEST_CASE("an exec ends the other threads, the end of a process is kept") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  f.tracker.started(kStart, 10, 10, 12);
  f.tracker.executed(kStart + 3, 10, "new");
  CHECK(f.recording.threads[1].end_ns == 3U);
  CHECK_FALSE(f.recording.threads[0].end_ns);
  f.tracker.ended(kStart + 8, 10, 10);
  CHECK(f.recording.processes[0].end_ns == 8U);
  CHECK(f.tracker.living().empty());
}

TEST_CASE("objects are kept once, and their rows name them") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  Moment wait;
  wait.pid = wait.tid = 10;
  wait.activity = model::Activity::read;
  for (const char* object : {"/a", "/b", "/a"}) {
    wait.object = object;
    f.tracker.add_at(wait, StackTree::kRoot);
  }
  CHECK(f.recording.objects.size() == 3);
  CHECK(f.row(0).object == f.row(2).object);
  CHECK(f.row(0).object != f.row(1).object);
}

TEST_CASE("the document has every row, and no address goes without a frame") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  f.map(10, "/bin/no-such-file");
  for (std::uint64_t i = 0; i < 20; ++i) f.sample(10, 10, std::array<std::uint64_t, 2>{kBase + i, kBase + 0x100});
  const model::Profile profile = profile_of(f.recording, {});
  REQUIRE(profile.samples.size() == 20);
  std::uint64_t sum = 0;
  for (const std::uint64_t value : profile.samples.values[0]) sum += value;
  CHECK(sum == 200);
  for (const std::uint32_t stack : profile.samples.stack) {
    const model::Frame& frame = profile.frames[profile.stacks[stack].frame];
    CHECK(frame.module == "/bin/no-such-file");
    CHECK(frame.function.empty());
  }
}

TEST_CASE("stacks of several programs stand below those that started them") {
  Fixture f;
  f.tracker.started(kStart, 1, 10, 10);
  f.tracker.executed(kStart, 10, "sh");
  f.map(10, "/bin/no-such-file");
  f.tracker.started(kStart, 10, 11, 11);  // a subshell: no program of its own
  f.tracker.started(kStart, 11, 12, 12);
  f.tracker.executed(kStart, 12, "work");
  f.map(12, "/bin/no-such-file");
  f.sample(12, 12, std::array<std::uint64_t, 1>{kBase});
  f.sample(11, 11, std::array<std::uint64_t, 1>{kBase});
  const model::Profile profile = profile_of(f.recording, {});
  const auto names = [&](std::size_t row) {
    std::string path;
    for (auto at = profile.samples.stack[row]; at != model::StackNode::kRoot; at = profile.stacks[at].parent) {
      path = profile.frames[profile.stacks[at].frame].function + ">" + path;
    }
    return path;
  };
  CHECK(names(0) == "sh>work>>");
  CHECK(names(1) == "sh>>");
}
