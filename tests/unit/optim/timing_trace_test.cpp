// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/timing/trace.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/optim/timing/measure.hpp"

using namespace perfopt::optim;

namespace {

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

void work() {
  const auto outer = measure("outer \"quoted\"\n");
  for (int i = 0; i < 3; ++i) {
    const auto inner = measure("inner");
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// The moments of a trace, in the order of the text.
std::vector<std::uint64_t> moments(const std::string& text) {
  std::vector<std::uint64_t> all;
  for (std::size_t at = text.find("\"at\":"); at != std::string::npos; at = text.find("\"at\":", at + 1)) {
    all.push_back(std::stoull(text.substr(at + 5)));
  }
  return all;
}

}  // namespace

TEST_CASE("a trace holds begin and end of each scope, by thread, nested and in the order of time") {
  timing_trace_start();
  work();
  std::thread(work).join();
  timing_trace_stop();
  work();  // not traced
  const std::string text = timing_trace_text();
  CHECK(count(text, "\"evented\"") == 2);
  CHECK(count(text, "\"type\":\"O\"") == 8);
  CHECK(count(text, "\"type\":\"C\"") == 8);
  CHECK(count(text, R"("name":"outer \"quoted\"\u000a")") == 1);
  const std::vector<std::uint64_t> all = moments(text);
  REQUIRE(all.size() == 16);
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (i != 8) CHECK(all[i] >= all[i - 1]);  // the second thread begins there
  }
  CHECK(all[8] >= all[7]);  // it ran after the first one's work
  CHECK(all[7] - all[0] >= 3'000'000);
  CHECK(timing_trace_dropped() == 0);
}

TEST_CASE("a trace keeps no more than it was told, and says how much it dropped") {
  timing_trace_start(5);
  for (int i = 0; i < 20; ++i) const auto scope = measure("many");
  timing_trace_stop();
  CHECK(count(timing_trace_text(), "\"type\":\"O\"") == 5);
  CHECK(timing_trace_dropped() == 15);
  timing_trace_start();
  CHECK(timing_trace_dropped() == 0);
  CHECK(count(timing_trace_text(), "\"evented\"") == 0);
  timing_trace_stop();
}

TEST_CASE("a trace is written whole, or the reason is told") {
  timing_trace_start();
  work();
  timing_trace_stop();
  const perfopt::TempDir directory("perfopt-trace-test");
  write_timing_trace(directory.path() / "trace.json");
  const std::string text = perfopt::read_file(directory.path() / "trace.json");
  CHECK(text.starts_with("{\"$schema\":\"https://www.speedscope.app/"));
  CHECK(text.ends_with("]}\n"));
  CHECK(count(text, "\"type\":\"O\"") == 4);
  CHECK_THROWS_AS(write_timing_trace(directory.path() / "missing" / "trace.json"), perfopt::SystemError);
}
