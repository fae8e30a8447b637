// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/noise.hpp"

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
using bench::noise_doubts;

namespace {

model::KernelNoise quiet(const std::string& name) {
  model::KernelNoise kernel;
  kernel.name = name;
  kernel.wall_variation = kernel.cpu_variation = 0.002;
  kernel.session_spread = 0.001;
  kernel.sessions_tell = 0.005;
  kernel.detectable = {{10, 0.004}};
  return kernel;
}

model::NoiseProfile quiet_machine() {
  model::NoiseProfile profile;
  profile.environment.cpus_allowed = 8;
  profile.environment.aslr = "2";
  profile.cpu = 7;
  profile.isolated = true;
  profile.kernels = {quiet("compute"), quiet("memory")};
  return profile;
}

std::vector<std::string> subjects(const model::NoiseProfile& profile, const std::filesystem::path& root) {
  std::vector<std::string> all;
  for (const model::Doubt& doubt : noise_doubts(profile, root)) all.push_back(doubt.subject);
  return all;
}

using Subjects = std::vector<std::string>;

}  // namespace

TEST_CASE("a quiet machine leaves nothing to say; each disturbance is named, the biggest gain first") {
  const TempDir root("noise-test");
  CHECK(subjects(quiet_machine(), root.path()) == Subjects{});

  model::NoiseProfile preempted = quiet_machine();
  preempted.kernels[0].wall_variation = 0.126;
  CHECK(subjects(preempted, root.path()) == Subjects{"preemption"});
  preempted.kernels[0].cpu_variation = 0.12;  // the core itself is slower at times
  CHECK(subjects(preempted, root.path()) == Subjects{});

  model::NoiseProfile files = quiet_machine();
  files.kernels[1].session_spread = 0.04;
  files.kernels[1].sessions_tell = 0.2;
  files.isolated = false;
  CHECK(subjects(files, root.path()) == Subjects{"stored results", "memory", "isolation"});
  const model::Doubt first = noise_doubts(files, root.path()).front();
  CHECK(first.finding ==
        "two results stored at different times tell a change of 20.0 % (memory); measured in turns, 0.40 % in 10 s");
}

TEST_CASE("facts of the machine that can be changed are told with the command that does") {
  const TempDir root("noise-test");
  const std::filesystem::path smt = root.path() / "sys/devices/system/cpu/smt";
  std::filesystem::create_directories(smt);
  write_atomically(smt / "active", "1\n");
  model::NoiseProfile profile = quiet_machine();
  profile.environment.cpus_allowed = 1;
  profile.environment.aslr = "0";
  CHECK(subjects(profile, root.path()) == Subjects{"one CPU", "SMT", "ASLR"});
}

TEST_CASE("too little time is refused; an interrupted measurement says so") {
  const auto nobody = [](const std::string&, std::size_t, std::size_t, double) {};
  Cancellation cancellation;
  CHECK_THROWS_AS((void)bench::measure_noise({.max_time_s = 1}, nobody, cancellation), BadInput);
  cancellation.request();
  const model::NoiseProfile profile = bench::measure_noise({.max_time_s = 4}, nobody, cancellation);
  CHECK_FALSE(profile.complete);
  CHECK(profile.kernels.size() == 4);
  CHECK(profile.kernels[0].detectable.empty());
}
