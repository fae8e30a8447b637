// SPDX-License-Identifier: Apache-2.0
// The backends that need no perf events, on real commands: what the kernel charged is what the rows sum to, the status
// is the command's own, every byte is counted.
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/clock.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/prof/doctor.hpp"
#include "perfopt/prof/record/backend.hpp"
#include "perfopt/prof/record/time_ledger.hpp"

using namespace perfopt;
using namespace perfopt::prof;

namespace {

struct Recorded {
  Recording recording;
  int status = -1;
};

// Empty when this machine does not let the backend.
bool record(std::string_view backend, Mode mode, const std::vector<std::string>& words, Recorded& into) {
  RecordOptions options;
  options.mode = mode;
  const auto kinds = backends();
  const auto kind = std::ranges::find(kinds, backend, &BackendKind::name);
  REQUIRE(kind != kinds.end());
  if (const std::string missing = kind->missing(options); !missing.empty()) {
    MESSAGE("skipped: " << missing);
    return false;
  }
  const auto recorder = kind->make(options, into.recording);
  TargetCommand command;
  command.words = words;
  recorder->prepare(command);
  Target target = Target::start(command);
  Tracker tracker(into.recording, {.live = true, .scripts = true, .start_ns = monotonic_ns()});
  const Cancellation cancellation;
  recorder->attach(target, tracker);
  recorder->record(target, tracker, cancellation);
  tracker.finish(monotonic_ns());
  REQUIRE(target.ended());
  REQUIRE(target.status());
  into.status = *target.status();
  return true;
}

std::uint64_t sum(const Recording& recording, std::size_t measure) {
  std::uint64_t total = 0;
  for (const SampleRow& row : recording.samples.rows()) total += row.values.at(measure);
  return total;
}

std::uint64_t sum(const Recording& recording, std::size_t measure, model::Activity activity) {
  std::uint64_t total = 0;
  for (const SampleRow& row : recording.samples.rows()) total += row.activity == activity ? row.values.at(measure) : 0;
  return total;
}

std::uint64_t sum_of_object(const Recording& recording, std::size_t measure, const std::string& object) {
  std::uint64_t total = 0;
  for (const SampleRow& row : recording.samples.rows()) {
    if (recording.objects.at(row.object) == object) total += row.values.at(measure);
  }
  return total;
}

std::vector<std::string> shell(const std::string& text) {
  return {"sh", "-c", text};
}

constexpr const char* kWork = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 0.2; exit 7";

}  // namespace

TEST_CASE("rows sum to the kernel's CPU time and to the lifetimes, and the status is the command's") {
  for (const std::string_view backend : {"ptrace", "sampler", "procfs"}) {
    CAPTURE(backend);
    Recorded recorded;
    if (!record(backend, Mode::wall, shell(kWork), recorded)) continue;
    const Recording& r = recorded.recording;
    CHECK(WIFEXITED(recorded.status));
    CHECK(WEXITSTATUS(recorded.status) == 7);
    CHECK(r.primary == "wall");
    REQUIRE(r.cpu_s);
    REQUIRE(r.wall_s);
    CHECK(*r.cpu_s > 0.01);
    CHECK(static_cast<double>(sum(r, kCpu)) * 1e-9 == doctest::Approx(*r.cpu_s).epsilon(0.02));
    CHECK(static_cast<double>(sum(r, kWall)) * 1e-9 == doctest::Approx(*r.wall_s).epsilon(0.05));
    // The sleep of 0.2 s is a wait: for a child in the shell, asleep in sleep itself.
    CHECK(sum(r, kWall, model::Activity::child) > 100'000'000);
    CHECK(sum(r, kWall, model::Activity::sleep) > 100'000'000);
  }
}

TEST_CASE("a command that crashes has its signal, and its time is known") {
  for (const std::string_view backend : {"ptrace", "sampler", "procfs"}) {
    CAPTURE(backend);
    Recorded recorded;
    if (!record(backend, Mode::cpu, shell("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; kill -SEGV $$"),
                recorded)) {
      continue;
    }
    CHECK(WIFSIGNALED(recorded.status));
    CHECK(WTERMSIG(recorded.status) == SIGSEGV);
    CHECK(sum(recorded.recording, kCpu) > 0);
  }
}

TEST_CASE("ptrace follows every child and every exec") {
  Recorded recorded;
  if (!record("ptrace", Mode::cpu,
              shell("i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done; exec sh -c 'exec sh -c \"exit 3\"'"),
              recorded)) {
    return;
  }
  CHECK(WEXITSTATUS(recorded.status) == 3);
  const auto& processes = recorded.recording.processes;
  CHECK(std::ranges::count(processes, "true", &model::ProfiledProcess::name) == 100);
  CHECK(std::ranges::all_of(processes, [](const auto& one) { return one.end_ns.has_value(); }));
  CHECK(static_cast<double>(sum(recorded.recording, kCpu)) * 1e-9 ==
        doctest::Approx(*recorded.recording.cpu_s).epsilon(0.02));
}

TEST_CASE("signals reach a traced command, and job control stops it") {
  Recorded recorded;
  if (!record("ptrace", Mode::cpu,
              shell("trap 'exit 9' USR1; sh -c \"sleep 0.1; kill -STOP $$; sleep 0.1; kill -CONT $$; kill -USR1 $$\" & "
                    "while :; do sleep 0.01; done"),
              recorded)) {
    return;
  }
  CHECK(WEXITSTATUS(recorded.status) == 9);
}

TEST_CASE("every byte is counted, by file") {
  const TempDir directory("io");
  const std::string in = directory.path() / "in";
  const std::string out = directory.path() / "out";
  std::ofstream(in) << std::string(12345, 'x');
  Recorded recorded;
  if (!record("syscalls", Mode::io, {"dd", "if=" + in, "of=" + out, "bs=100", "status=none"}, recorded)) return;
  const Recording& r = recorded.recording;
  CHECK(recorded.status == 0);
  CHECK(sum_of_object(r, 0, in) == 12345);
  CHECK(sum_of_object(r, 0, out) == 12345);
  CHECK(sum_of_object(r, 1, out) == 124 + 1);     // writes, and the open
  CHECK(sum_of_object(r, 1, in) == 124 + 1 + 1);  // reads, the one that finds the end, and the open
}

TEST_CASE("a pipe is named by who is at its other end") {
  Recorded recorded;
  if (!record("syscalls", Mode::io, shell("{ sleep 0.2; echo 12345; } | cat >/dev/null"), recorded)) return;
  const auto& objects = recorded.recording.objects;
  CHECK(std::ranges::any_of(
      objects, [](const std::string& one) { return one.starts_with("pipe to ") && one.ends_with(" cat"); }));
}

TEST_CASE("io of a process that runs already is refused") {
  RecordOptions options;
  options.mode = Mode::io;
  Recording recording;
  const auto kinds = backends();
  const auto recorder = std::ranges::find(kinds, "syscalls", &BackendKind::name)->make(options, recording);
  TargetCommand command;
  command.words = {"sleep", "60"};
  Target started = Target::start(command);
  started.go();
  Target target = Target::attach(started.pid());
  Tracker tracker(recording, {});
  CHECK_THROWS_AS(recorder->attach(target, tracker), Unavailable);
  ::kill(started.pid(), SIGKILL);
  while (!started.ended()) continue;
}

TEST_CASE("a choice tells its reason, and refuses what no backend is or does") {
  CHECK(choose_backend("procfs", {}).kind->name == "procfs");
  CHECK_FALSE(choose_backend("auto", {}).reason.empty());
  CHECK_THROWS_WITH_AS((void)choose_backend("ptrac", {}), doctest::Contains("did you mean 'ptrace'"), BadInput);
  RecordOptions io;
  io.mode = Mode::io;
  CHECK_THROWS_WITH_AS((void)choose_backend("procfs", io), doctest::Contains("syscalls"), BadInput);
}

TEST_CASE("the doctor finds something to say of everything, and a way for each no but what cannot be had") {
  const auto abilities = examine_machine();
  CHECK(abilities.size() >= 12);
  const std::string text = doctor_text(abilities);
  for (const Ability& one : abilities) {
    CAPTURE(one.what);
    CHECK(text.find(one.what) != std::string::npos);
    if (!one.allowed) CHECK_FALSE(one.finding.empty());
    if (one.allowed) CHECK(one.remedy.empty());
  }
  CHECK(doctor_text(std::vector<Ability>{{.what = "a", .allowed = false, .finding = "b", .remedy = "c"}}) ==
        "no   a: b\n     allowed by: c\n");
}
