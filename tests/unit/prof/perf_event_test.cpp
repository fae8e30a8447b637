// SPDX-License-Identifier: Apache-2.0
// The backend perf_event on programs of which it is known where their time goes. As root and as a plain user.
#include "perfopt/prof/record/perf_event.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "live_recording.hpp"
#include "perfopt/core/process.hpp"

using namespace perfopt;
using namespace perfopt::test;
using model::Activity;

namespace {

const std::string kPrograms = PERFOPT_PROGRAMS;
constexpr double kMs = 1e6;

struct User {
  std::string name;
  model::Profile (*record)(const std::vector<std::string>&, const prof::RecordOptions&);
};

// Who runs the test, and a plain user where we can become one.
std::vector<User> users() {
  std::vector<User> users{{"as who runs the test", record_live}};
  const std::string reason = cannot_record_as_nobody(kPrograms + "/waits");
  if (reason.empty()) {
    users.push_back({"as a plain user", record_live_as_nobody});
  } else {
    MESSAGE("skipped as a plain user: ", reason);
  }
  return users;
}

bool skipped() {
  const std::string reason = cannot_record();
  if (!reason.empty()) MESSAGE("skipped: ", reason);
  return !reason.empty();
}

void check_invariants(const model::Profile& profile) {
  REQUIRE(profile.cpu_s);
  REQUIRE(profile.wall_s);
  CHECK(static_cast<double>(sum_of(profile, prof::kCpu)) * 1e-9 == doctest::Approx(*profile.cpu_s).epsilon(0.02));
  CHECK(static_cast<double>(sum_of(profile, prof::kWall)) * 1e-9 == doctest::Approx(*profile.wall_s).epsilon(0.02));
}

double share(const model::Profile& profile, const std::string& function) {
  return 100.0 * static_cast<double>(below(profile, function, prof::kCpu)) /
         static_cast<double>(sum_of(profile, prof::kCpu));
}

}  // namespace

// Programs as they run without sanitizers.
TEST_SUITE_BEGIN("timing");

TEST_CASE("shares of time, with frame pointers and without") {
  if (skipped()) return;
  for (const User& user : users()) {
    for (const std::string program : {"shares_frames", "shares_frameless"}) {
      CAPTURE(user.name);
      CAPTURE(program);
      // 1,000 samples or so: the standard deviation of a half is 1.6 points.
      const auto profile = user.record({kPrograms + "/" + program, "300"}, {});
      check_invariants(profile);
      CHECK(std::abs(share(profile, "half") - 50) < 6);
      CHECK(std::abs(share(profile, "third") - 30) < 6);
      CHECK(std::abs(share(profile, "seventh") - 15) < 5);
      CHECK(std::abs(share(profile, "twentieth") - 5) < 4);
      CHECK(profile.counts.truncated * 50 <= profile.counts.taken);
      CHECK(profile.counts.lost == 0);
    }
  }
}

TEST_CASE("waits: how long, for what, and where") {
  if (skipped()) return;
  struct Expected {
    std::string kind;
    std::string place;
    Activity activity;
    std::string object;
  };
  const Expected kKinds[] = {{"sleep", "wait_asleep", Activity::sleep, ""},
                             {"lock", "wait_for_lock", Activity::futex, "futex 0x"},
                             {"pipe", "wait_for_pipe", Activity::read, "pipe:["},
                             {"child", "wait_for_child", Activity::child, "pid "}};
  for (const User& user : users()) {
    for (const Expected& expected : kKinds) {
      CAPTURE(user.name);
      CAPTURE(expected.kind);
      const auto profile = user.record({kPrograms + "/waits", expected.kind, "10", "30"}, {});
      const auto ns = static_cast<double>(wall_below(profile, expected.place, expected.activity));
      CHECK(ns >= 300 * kMs * 0.89);  // on a busy machine one of the ten may be over before anybody could look
      CHECK(ns <= 300 * kMs * 1.5);   // on a busy machine a sleeper is woken late
      const auto has_object = [&](const std::string& object) { return object.starts_with(expected.object); };
      if (!expected.object.empty()) CHECK(std::ranges::any_of(profile.objects, has_object));
    }
  }
}

TEST_CASE("short waits: the sum is exact, the places are sampled") {
  if (skipped()) return;
  for (const User& user : users()) {
    CAPTURE(user.name);
    const auto profile = user.record({kPrograms + "/waits", "sleep", "300", "1"}, {});
    const auto asleep = static_cast<double>(wall_below(profile, "wait_asleep", Activity::sleep));
    CHECK(asleep >= 300 * kMs * 0.9);
    CHECK(asleep + static_cast<double>(wall_of(profile, Activity::other)) >= 300 * kMs);
    CHECK(static_cast<double>(sum_of(profile, prof::kWall)) * 1e-9 == doctest::Approx(*profile.wall_s).epsilon(0.02));
  }
}

TEST_CASE("a thread each that sleeps") {
  if (skipped()) return;
  for (const User& user : users()) {
    const auto profile = user.record({kPrograms + "/waits", "threads", "50", "50"}, {});
    CHECK(profile.threads.size() == 51);
    CHECK(profile.processes.size() == 1);
    // A wait that nobody could look at in time is of an unknown kind.
    const auto asleep = static_cast<double>(wall_of(profile, Activity::sleep));
    CHECK(asleep >= 50 * 50 * kMs * 0.5);
    CHECK(asleep + static_cast<double>(wall_of(profile, Activity::other)) >= 50 * 50 * kMs * 0.95);
  }
}

TEST_CASE("children that fork, exec and end at once are all seen") {
  if (skipped()) return;
  for (const User& user : users()) {
    const auto profile =
        user.record({"/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do /bin/true; done; exec /bin/sleep 0.05"}, {});
    CHECK(profile.processes.size() == 11);
    std::size_t named = 0;
    for (const auto& process : profile.processes) named += process.name == "true" ? 1U : 0U;
    CHECK(named == 10);
    CHECK(profile.processes.front().name == "sleep");
    CHECK(profile.threads.size() == 11);
  }
}

TEST_CASE("a program that is over before the first sample has its time nevertheless") {
  if (skipped()) return;
  const auto profile = record_live({"/bin/true"});
  CHECK(sum_of(profile, prof::kCpu) > 0);
  CHECK(static_cast<double>(sum_of(profile, prof::kCpu)) * 1e-9 == doctest::Approx(*profile.cpu_s).epsilon(0.5));
}

TEST_CASE("stacks deeper than the first copies are whole after the copies have grown") {
  if (skipped()) return;
  const auto profile = record_live({kPrograms + "/shares_frames", "300", "0", "400"});
  CHECK(below(profile, "deeper", prof::kCpu) > 0);
  // The first few are cut off, until the copies have grown.
  CHECK(profile.counts.truncated * 10 <= profile.counts.taken);
  check_invariants(profile);
}

TEST_CASE("page faults are counted, each") {
  if (skipped()) return;
  for (const User& user : users()) {
    CAPTURE(user.name);
    const auto profile = user.record({kPrograms + "/waits", "fault", "5000"}, {});
    const auto faults = static_cast<double>(sum_of(profile, prof::kFaults));
    CHECK(faults >= 5000);
    CHECK(faults <= 6000);
    CHECK(static_cast<double>(below(profile, "touch", prof::kFaults)) >= 0.8 * faults);
  }
}

TEST_CASE("a process that runs already, with its threads") {
  if (skipped()) return;
  Command command;
  command.words = {kPrograms + "/waits", "threads", "20", "3000"};
  Process process(command);
  ::usleep(200'000);
  const auto profile = record_process(process.pid(), 0.5);
  process.stop();
  CHECK(profile.threads.size() == 21);
  CHECK(*profile.wall_s == doctest::Approx(21 * 0.5).epsilon(0.2));
  CHECK(static_cast<double>(wall_of(profile, Activity::sleep)) * 1e-9 == doctest::Approx(20 * 0.5).epsilon(0.2));
}

TEST_SUITE_END();
