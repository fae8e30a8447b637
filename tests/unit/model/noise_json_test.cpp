// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/noise_json.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

using namespace perfopt;
using model::NoiseProfile;

namespace {

std::string message_of(const std::string& text) {
  try {
    (void)model::noise_from_json(text, "in.json");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("a noise profile reads back as it was written") {
  NoiseProfile profile;
  profile.machine = model::machine_key(profile.environment);
  profile.cpu = 1;
  profile.isolated = false;
  model::KernelNoise kernel;
  kernel.name = "memory";
  kernel.session_spread = 0.1;
  kernel.detectable = {{2, 0.05}, {10, 0.02}};
  kernel.log_ratio = {0.25, -0.5};
  profile.kernels = {kernel};
  const std::string text = model::to_json_text(profile);
  const NoiseProfile back = model::noise_from_json(text, "in.json");
  CHECK(back.isolated == false);
  REQUIRE(model::find_kernel(back, "memory") != nullptr);
  CHECK(model::find_kernel(back, "memory")->detectable.at(1).change == 0.02);
  CHECK_FALSE(model::find_kernel(back, "memory")->sessions_tell);
  CHECK(model::find_kernel(back, "gpu") == nullptr);
  CHECK(model::to_json_text(back) == text);
  const NoiseProfile kept =
      model::noise_from_json(read_file(PERFOPT_SOURCE_DIR "/tests/data/noise/profile.json"), "profile.json");
  CHECK(kept.kernels.size() == 4);
}

TEST_CASE("what is no noise profile is refused with the place") {
  CHECK(message_of("") == "in.json: the file is empty; expected a document of `perfbench noise --format json`");
  CHECK(message_of(R"({"schema":"perfopt.suite","schema_version":1})").starts_with("in.json: field 'schema' is not"));
  const std::string head = R"({"schema":"perfopt.noise","schema_version":1,"machine":"0","kernels":[)";
  CHECK(message_of(head + "{}]}") == "in.json: noise.kernels[0]: field 'name' is missing");
  CHECK(message_of(head + R"({"name":"x","widening":"2"}]})") ==
        "in.json: noise.kernels[0].widening: expected a number, found string \"2\"");
  CHECK(message_of(head + "]}") == "accepted");
}

TEST_CASE("the key of a machine changes with what makes it another one, and with nothing else") {
  model::Environment machine;
  machine.host = "build-7";
  machine.cpus_online = 2;
  const std::string key = model::machine_key(machine);
  CHECK(key.size() == 16);
  machine.load_average = 3;
  machine.memory_available_bytes = 1;
  CHECK(model::machine_key(machine) == key);
  machine.cpus_online = 4;
  CHECK(model::machine_key(machine) != key);
}
