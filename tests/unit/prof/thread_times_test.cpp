// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/thread_times.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

using namespace perfopt::prof;
using perfopt::model::Activity;

namespace {

constexpr std::uint64_t kMs = 1'000'000;
constexpr std::uint64_t kPeriod = kMs;
constexpr pid_t kPid = 4'194'000;  // beyond what this machine gives: nothing is read from /proc

struct Recorded {
  explicit Recorded(bool all_sampled)
      : tracker(recording, {.live = false, .scripts = false, .start_ns = 0}),
        times(recording, tracker, kPeriod, all_sampled) {}

  // Nanoseconds of wall time by what the row says: activity and, for rows below a marker, its name.
  [[nodiscard]] std::map<std::string, std::uint64_t> wall() const {
    std::map<std::string, std::uint64_t> sums;
    for (const SampleRow& row : recording.samples.rows()) sums[told(row)] += row.values[kWall];
    return sums;
  }
  [[nodiscard]] std::uint64_t sum(std::size_t measure) const {
    std::uint64_t sum = 0;
    for (const SampleRow& row : recording.samples.rows()) sum += row.values.at(measure);
    return sum;
  }
  [[nodiscard]] std::string told(const SampleRow& row) const {
    if (row.stack == StackTree::kRoot) return "none " + std::to_string(static_cast<int>(row.activity));
    const FrameKey& key = recording.stacks.nodes()[row.stack].frame;
    return key.kind == FrameKind::marker ? recording.names.at(key.module).function : std::to_string(key.value);
  }

  [[nodiscard]] std::uint32_t stack(std::uint64_t value) {
    return recording.stacks.child(StackTree::kRoot, {FrameKind::kernel, 0, value});
  }

  Recording recording;
  Tracker tracker;
  ThreadTimes times;
};

}  // namespace

TEST_CASE("what the kernel charged beyond the rows goes to the switches of each thread") {
  Recorded r(true);
  const pid_t other = kPid + 1;
  (void)r.tracker.thread(kPid, kPid);  // the first of them
  r.times.started(0, kPid, kPid, ThreadState::running);
  r.times.started(0, kPid, other, ThreadState::running);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    r.times.switched_out((2 * i - 1) * kMs, kPid, kPid, 0, false);
    r.times.switched_in(2 * i * kMs, kPid, kPid, 0);
  }
  r.times.switched_out(kMs, kPid, other, 1, true);
  r.times.finish(7 * kMs);
  REQUIRE(r.sum(kCpu) == 4 * kMs + kMs);
  const std::uint64_t wall = r.sum(kWall);
  r.times.charge_switches(r.sum(kCpu) + 4000);
  CHECK(r.sum(kCpu) == 5 * kMs + 4000);
  CHECK(r.sum(kWall) == wall);
  CHECK(r.recording.threads.at(0).cpu_ns == 4 * kMs + 3000);
  CHECK(r.recording.threads.at(1).cpu_ns == kMs + 1000);
  CHECK(r.wall().contains("[switching]"));
  r.times.charge_switches(5 * kMs);  // less than the rows say: nothing is taken away
  CHECK(r.sum(kCpu) == 5 * kMs + 4000);
}

TEST_CASE("running, waiting and readiness of a thread add up to its life") {
  Recorded r(true);
  r.times.started(0, kPid, kPid, ThreadState::ready);
  r.times.switched_in(2 * kMs, kPid, kPid, 0);
  r.times.sampled(3 * kMs, kPid, kPid, 0, r.stack(1));
  r.times.sampled(4 * kMs, kPid, kPid, 0, r.stack(2));
  r.times.switched_out(4 * kMs + kMs / 2, kPid, kPid, 0, false);
  r.times.looked(kPid, {.time = 10 * kMs, .stack = r.stack(3), .activity = Activity::read, .object = "pipe:[1]"});
  r.times.switched_in(50 * kMs, kPid, kPid, 1);
  r.times.sampled(51 * kMs, kPid, kPid, 1, r.stack(1));
  r.times.switched_out(51 * kMs, kPid, kPid, 1, true);
  r.times.switched_in(60 * kMs, kPid, kPid, 1);
  r.times.ended(61 * kMs, kPid, kPid);
  CHECK(r.sum(kWall) == 61 * kMs);
  CHECK(r.sum(kCpu) == 4 * kMs + kMs / 2);
  CHECK(r.times.wall_s() == doctest::Approx(0.061));
  const auto wall = r.wall();
  CHECK(wall.at("1") == 2 * kMs + kMs + kMs / 2);  // and what was left at the end
  CHECK(wall.at("2") == kMs);
  CHECK(wall.at("3") == 45 * kMs + kMs / 2);
  CHECK(wall.at("[preempted]") == 11 * kMs);
  CHECK(r.recording.threads.at(0).cpu_ns == 4 * kMs + kMs / 2);
  CHECK(r.recording.threads.at(0).voluntary_switches == 1);
  CHECK(r.recording.threads.at(0).involuntary_switches == 1);
  CHECK(r.recording.objects.back() == "pipe:[1]");
}

TEST_CASE("periods that nobody was told of are the kernel's when it may not be sampled, else the sample's") {
  for (const bool all_sampled : {false, true}) {
    Recorded r(all_sampled);
    r.times.started(0, kPid, kPid, ThreadState::running);
    r.times.sampled(1 * kMs, kPid, kPid, 0, r.stack(1));
    r.times.sampled(6 * kMs, kPid, kPid, 0, r.stack(2));
    r.times.ended(6 * kMs, kPid, kPid);
    const auto wall = r.wall();
    CHECK(wall.at("1") == kMs);
    CHECK(wall.at("2") == (all_sampled ? 5 : 1) * kMs);
    if (!all_sampled) CHECK(wall.at("[kernel]") == 4 * kMs);
    CHECK(r.sum(kCpu) == 6 * kMs);
  }
}

TEST_CASE("a thread that waits after long work in the kernel has it told before") {
  Recorded r(false);
  r.times.started(0, kPid, kPid, ThreadState::running);
  r.times.switched_out(10 * kMs + kMs / 3, kPid, kPid, 0, false);
  CHECK(r.wall().at("[kernel]") == 10 * kMs);
  r.times.finish(20 * kMs);
  CHECK(r.sum(kCpu) == 10 * kMs + kMs / 3);
  CHECK(r.wall().at("[unsampled]") == kMs / 3);
}

TEST_CASE("late samples and early ones on the heels of them do not add up to more than was run") {
  Recorded r(true);
  r.times.started(0, kPid, kPid, ThreadState::running);
  std::uint64_t sampled = 0;
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    sampled = i * kPeriod + (i % 3) * kPeriod / 4;
    r.times.sampled(sampled, kPid, kPid, 0, r.stack(1));
  }
  r.times.ended(sampled, kPid, kPid);
  CHECK(r.sum(kCpu) >= sampled - kPeriod);
  CHECK(r.sum(kCpu) <= sampled + kPeriod);
}

TEST_CASE("a short wait that is seen stands for those before it, a long one for itself") {
  Recorded r(true);
  r.times.started(0, kPid, kPid, ThreadState::running);
  std::uint64_t time = 0;
  const auto wait = [&](std::uint64_t ns, std::uint64_t stack) {
    r.times.switched_out(time, kPid, kPid, 0, false);
    if (stack != 0) {
      r.times.looked(kPid, {.time = time + 1, .stack = r.stack(stack), .activity = Activity::futex, .object = ""});
    }
    time += ns;
    r.times.switched_in(time, kPid, kPid, 0);
  };
  for (int i = 0; i < 9; ++i) wait(kMs, 0);
  wait(100 * kMs, 7);
  wait(kMs, 8);
  wait(2 * kMs, 0);
  r.times.ended(time, kPid, kPid);
  const auto wall = r.wall();
  CHECK(wall.at("7") == 100 * kMs);
  CHECK(wall.at("8") == 10 * kMs);
  CHECK(wall.at("[short waits]") == 2 * kMs);
  CHECK(r.sum(kWall) == time);
}

TEST_CASE("a look that came too late belongs to the wait that it saw") {
  Recorded r(true);
  r.times.started(0, kPid, kPid, ThreadState::running);
  r.times.switched_out(1 * kMs, kPid, kPid, 0, false);
  // By the time of the look the thread waits for something else; the records of that come after it.
  r.times.looked(kPid, {.time = 40 * kMs, .stack = r.stack(9), .activity = Activity::poll, .object = ""});
  r.times.switched_in(30 * kMs, kPid, kPid, 0);
  r.times.switched_out(31 * kMs, kPid, kPid, 0, false);
  r.times.switched_in(71 * kMs, kPid, kPid, 0);
  r.times.ended(71 * kMs, kPid, kPid);
  CHECK(r.wall().at("9") == 40 * kMs);
  CHECK(r.wall().at("[short waits]") == 29 * kMs);
}

TEST_CASE("threads that wait and have not been looked at are named once") {
  Recorded r(true);
  r.times.started(0, kPid, kPid, ThreadState::running);
  r.times.started(0, kPid, kPid + 1, ThreadState::running);
  for (std::uint64_t i = 0; i < 3; ++i) {
    r.times.switched_out((2 * i + 1) * kMs, kPid, kPid, 0, false);
    if (i < 2) r.times.switched_in((2 * i + 2) * kMs, kPid, kPid, 0);
  }
  r.times.switched_out(kMs, kPid, kPid + 1, 1, false);
  r.times.switched_in(2 * kMs, kPid, kPid + 1, 1);
  const auto unseen = r.times.take_unseen();
  REQUIRE(unseen.size() == 1);
  CHECK(unseen[0].tid == kPid);
  CHECK(r.times.take_unseen().empty());
}

TEST_CASE("exec leaves one thread, under the number of the process") {
  Recorded r(true);
  r.times.started(0, kPid, kPid, ThreadState::running);
  r.times.started(0, kPid, kPid + 1, ThreadState::running);
  r.times.ended(5 * kMs, kPid, kPid);  // the first thread; the other one goes on under its number
  r.times.executed(6 * kMs, kPid);
  CHECK(r.times.knows(kPid));
  CHECK_FALSE(r.times.knows(kPid + 1));
  r.times.finish(10 * kMs);
  CHECK(r.sum(kWall) == (5 + 6 + 4) * kMs);
}
