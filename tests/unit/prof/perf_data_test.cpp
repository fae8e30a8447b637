// SPDX-License-Identifier: Apache-2.0
// Recordings that perf itself makes here, read whole, cut and damaged.
#include "perfopt/prof/record/perf_data.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "live_recording.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/prof/profile_builder.hpp"
#include "perfopt/prof/record/record_queue.hpp"

using namespace perfopt;
using namespace perfopt::test;
using model::Activity;

namespace {

const std::string kPrograms = PERFOPT_PROGRAMS;

// Runs perf; "" when there is none or it may not record, which is said.
std::string recorded(const TempDir& directory, const std::vector<std::string>& flags,
                     const std::vector<std::string>& program, const std::string& name = "perf.data") {
  std::string file = (directory.path() / name).string();
  Command command;
  command.words = {"perf", "record", "-q", "-e", "cpu-clock", "-F", "999"};
  const bool stream = name == "stream";
  if (stream) {
    command.words = {"sh", "-c", "exec perf record -q -e cpu-clock -F 999 -g -o - \"$@\" > \"$0\" 2>/dev/null", file};
  } else {
    command.words.insert(command.words.end(), flags.begin(), flags.end());
    command.words.insert(command.words.end(), {"-o", file});
  }
  command.words.insert(command.words.end(), program.begin(), program.end());
  if (find_program("perf").empty()) {
    MESSAGE("skipped: no perf here (Debian: linux-perf)");
    return "";
  }
  const Finished finished = run_to_end(command, 60);
  if (finished.exit_code == 0) return file;
  MESSAGE("skipped: perf record ended with ", finished.exit_code, ": ", finished.output);
  return "";
}

double share(const model::Profile& profile, const std::string& function) {
  return 100.0 * static_cast<double>(below(profile, function, 0)) / static_cast<double>(sum_of(profile, 0));
}

void check_shares(const prof::PerfData& data) {
  const auto profile = prof::profile_of(data.recording, {});
  CHECK(static_cast<double>(sum_of(profile, 0)) > 0.2e9);
  CHECK(std::abs(share(profile, "half") - 50) < 8);
  CHECK(std::abs(share(profile, "third") - 30) < 8);
  CHECK(std::abs(share(profile, "seventh") - 15) < 7);
  CHECK(std::abs(share(profile, "twentieth") - 5) < 5);
}

}  // namespace

// Programs as they run without sanitizers.
TEST_SUITE_BEGIN("timing");

TEST_CASE("stacks copied with samples, compressed or not, are unwound; the file says where it comes from") {
  const TempDir directory("perfopt-test");
  for (const bool packed : {false, true}) {
    CAPTURE(packed);
    std::vector<std::string> flags{"--call-graph", "dwarf"};
    if (packed) flags.emplace_back("-z");
    const std::string file = recorded(directory, flags, {kPrograms + "/shares_frameless", "150"});
    if (file.empty()) return;
    CHECK(prof::is_perf_data(file));
    const auto data = prof::read_perf_data(file);
    check_shares(data);
    CHECK(data.command.find("shares_frameless 150") != std::string::npos);
    CHECK(data.event.starts_with("cpu-clock"));
    CHECK(data.rate_hz == 999);
    CHECK(data.elapsed_s > 0.2);
    CHECK_FALSE(data.kernel.empty());
    CHECK(data.recording.doubts.empty());
    CHECK(data.recording.processes.size() == 1);
  }
}

TEST_CASE("stacks by frame pointers, from a file and from a stream, give the same shares") {
  const TempDir directory("perfopt-test");
  for (const std::string name : {"perf.data", "stream"}) {
    CAPTURE(name);
    const std::string file = recorded(directory, {"-g"}, {kPrograms + "/shares_frames", "150"}, name);
    if (file.empty()) return;
    check_shares(prof::read_perf_data(file));
  }
}

TEST_CASE("switches become waits, which have no stack") {
  const TempDir directory("perfopt-test");
  const std::string file = recorded(directory, {"--switch-events"}, {kPrograms + "/waits", "sleep", "10", "30"});
  if (file.empty()) return;
  const auto data = prof::read_perf_data(file);
  const auto profile = prof::profile_of(data.recording, {});
  CHECK(wall_of(profile, Activity::other) >= 295'000'000);
  CHECK(static_cast<double>(sum_of(profile, prof::kWall)) * 1e-9 == doctest::Approx(*profile.wall_s).epsilon(0.02));
}

TEST_CASE("a file that is cut anywhere is read to there or refused in one line") {
  const TempDir directory("perfopt-test");
  const std::string file = recorded(directory, {"-g"}, {kPrograms + "/shares_frames", "30"});
  if (file.empty()) return;
  const std::string whole = read_file(file);
  const auto path = directory.path() / "cut";
  std::size_t read = 0;
  for (std::size_t size = 0; size < whole.size(); size += size < 2000 ? 37 : whole.size() / 60) {
    write_atomically(path, std::string_view(whole).substr(0, size));
    try {
      const auto data = prof::read_perf_data(path);
      ++read;
      CHECK_FALSE(data.recording.doubts.empty());
      CHECK(data.recording.doubts.back().subject == "file");
    } catch (const BadInput& refused) {
      CHECK(std::string_view(refused.what()).starts_with(path.string()));
      CHECK(std::string_view(refused.what()).find('\n') == std::string_view::npos);
    }
  }
  CHECK(read > 5);
}

TEST_CASE("a file with bytes that are wrong is read or refused, and nothing worse") {
  const TempDir directory("perfopt-test");
  std::vector<std::string> files;
  for (const std::string packed : {"-q", "-z"}) {
    files.push_back(recorded(directory, {"--call-graph", "dwarf,1024", packed},
                             {kPrograms + "/waits", "sleep", "2", "1"}, "perf" + packed));
    if (files.back().empty()) return;
  }
  const auto path = directory.path() / "damaged";
  Random random(1);
  for (const std::string& file : files) {
    const std::string whole = read_file(file);
    for (int round = 0; round < 100; ++round) {
      std::string damaged = whole;
      for (int i = 0; i < 20; ++i) damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
      write_atomically(path, damaged);
      try {
        const auto data = prof::read_perf_data(path);
        CHECK(data.recording.samples.rows().size() <= data.recording.counts.taken);
      } catch (const BadInput& refused) {
        CHECK(std::string_view(refused.what()).starts_with(path.string()));
      }
    }
  }
}

TEST_CASE("what is no perf.data is refused by what it is") {
  const TempDir directory("perfopt-test");
  const auto refusal = [&](std::string_view text) {
    const auto path = directory.path() / "other";
    write_atomically(path, text);
    try {
      static_cast<void>(prof::read_perf_data(path));
    } catch (const BadInput& refused) {
      return std::string(refused.what());
    }
    return std::string();
  };
  CHECK(refusal("").find("0 bytes") != std::string::npos);
  CHECK(refusal("{\"schema\": \"perfopt.profile\"}").find("PERFILE2") != std::string::npos);
  CHECK(refusal("2ELIFREP                                ").find("byte order") != std::string::npos);
  CHECK_THROWS_AS((void)prof::read_perf_data(directory.path() / "none"), Error);
  CHECK_FALSE(prof::is_perf_data(directory.path() / "other"));
}

TEST_CASE("records of rounds come in the order of time") {
  prof::RecordQueue queue;
  std::vector<std::uint64_t> shown;
  const auto show = [&](const prof::RecordQueue::Entry& entry) { shown.push_back(entry.time); };
  for (const std::uint64_t time : {10U, 30U, 20U}) queue.add(time, {.bytes = {}, .offset = time, .block = nullptr});
  queue.finish_round(show);
  CHECK(shown.empty());  // the next round may bring what is earlier than 30
  for (const std::uint64_t time : {25U, 50U, 31U}) queue.add(time, {.bytes = {}, .offset = time, .block = nullptr});
  queue.finish_round(show);
  CHECK(shown == std::vector<std::uint64_t>{10, 20, 25, 30});
  CHECK(queue.oldest_offset(99) == 31);
  queue.finish(show);
  CHECK(shown == std::vector<std::uint64_t>{10, 20, 25, 30, 31, 50});
  CHECK(queue.oldest_offset(99) == 99);
}

TEST_SUITE_END();
