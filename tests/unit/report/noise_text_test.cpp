// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/noise_text.hpp"

#include <limits>
#include <sstream>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/report/escape.hpp"

using namespace perfopt;
using namespace perfopt::report;

namespace {

model::KernelNoise kernel(const std::string& name, double change) {
  model::KernelNoise one;
  one.name = name;
  one.metric = "cpu_time";
  one.wall_variation = 0.017;
  one.cpu_variation = 0.016;
  one.autocorrelation = -0.004;
  one.widening = 4.3;
  one.session_spread = 0.03;
  one.sessions_tell = 0.15;
  one.detectable = {{2, 3 * change}, {10, change}, {60, change / 2}};
  return one;
}

model::NoiseProfile profile() {
  model::NoiseProfile result;
  result.started = "2026-11-21T09:30:00Z";
  result.elapsed_s = 15;
  result.cpu = 1;
  result.kernels = {kernel("compute", 0.004), kernel("memory", 0.02), kernel("allocation", 0.01)};
  result.doubts = {{"stored results", "two results tell 15.0 %", "run both programs"}};
  result.environment.doubts = {{"load", "load average 1.9", "stop it"}};
  return result;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the noise of a machine: the answer, the figures, what to change") {
  const std::string text = noise_text(profile(), 80, false);
  CHECK(text.starts_with("In 10 s a comparison on this machine tells a change of 0.40 % (compute) to 2.00\n% (mem"));
  CHECK(has(text, "allocation  3.00 %  1.00 %  0.50 %     15.0 %  1.70 %  1.60 %"));
  CHECK_FALSE(has(text, "-0.00"));
  CHECK(has(noise_text(profile(), 120, false), "1.60 %  -0.00  4.30x    3.00 %"));
  CHECK(has(text, "! two results tell 15.0 % -> run both programs"));
  CHECK(has(text, "! load average 1.9 -> stop it"));
  CHECK(has(text, "2026-11-21 09:30 UTC, took 15.0 s, CPU 1"));
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(character_count(line) <= 80);
  CHECK_FALSE(has(text, "\x1b"));
  CHECK(has(noise_text(profile(), 80, true), "\x1b[1m"));
  CHECK(has(noise_markdown(profile()), "| allocation | 3.00 % | 1.00 % | 0.50 % | 15.0 % |"));
}

TEST_CASE("what is not known is shown as -, an interrupted run is said, text has no effect") {
  model::NoiseProfile one = profile();
  one.complete = false;
  one.kernels = {kernel("a\x1b[2J|<script>", std::numeric_limits<double>::quiet_NaN())};
  one.kernels[0].detectable.clear();
  one.kernels[0].sessions_tell.reset();
  one.doubts[0].finding = "x\n\x1b[2J<script>";
  for (const std::string& text : {noise_text(one, 100, false), noise_markdown(one)}) {
    CHECK(has(text, "Too little was measured for an answer."));
    CHECK(has(text, "INTERRUPTED"));
    CHECK_FALSE(has(text, "\x1b"));
    CHECK_FALSE(has(text, "nan"));
  }
  CHECK_FALSE(has(noise_markdown(one), "<script>"));
}
