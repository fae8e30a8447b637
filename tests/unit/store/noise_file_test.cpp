// SPDX-License-Identifier: Apache-2.0
#include "perfopt/store/noise_file.hpp"

#include <filesystem>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "unit/environment_variable.hpp"

using namespace perfopt;
namespace fs = std::filesystem;

TEST_CASE("the profile of a machine is kept below the cache directory and found again, that of another is not") {
  const TempDir directory("noise-file-test");
  const EnvironmentVariable cache("XDG_CACHE_HOME", directory.path().c_str());
  model::NoiseProfile profile;
  profile.environment.host = "build-7";
  profile.machine = model::machine_key(profile.environment);
  profile.elapsed_s = 15;
  CHECK_FALSE(store::load_noise(profile.environment));
  store::save_noise(profile);
  REQUIRE(store::load_noise(profile.environment));
  CHECK(store::load_noise(profile.environment)->elapsed_s == 15);
  model::Environment other;
  other.host = "build-8";
  CHECK_FALSE(store::load_noise(other));
}

TEST_CASE("a cache directory that is not absolute is not used; a file that is broken is named") {
  const TempDir directory("noise-file-test");
  const EnvironmentVariable home("HOME", directory.path().c_str());
  const EnvironmentVariable cache("XDG_CACHE_HOME", "relative");
  const model::Environment machine;
  const fs::path path = store::noise_path(machine);
  CHECK(path.string().starts_with(directory.path().string() + "/.cache/perfopt/noise-"));
  fs::create_directories(path.parent_path());
  write_atomically(path, "{");
  CHECK_THROWS_AS((void)store::load_noise(machine), BadInput);
  fs::remove(path);
  fs::create_directories(path);
  CHECK_THROWS_AS((void)store::load_noise(machine), SystemError);
}

TEST_CASE("without a place nothing is kept, and that is said") {
  const EnvironmentVariable home("HOME", "");
  const EnvironmentVariable cache("XDG_CACHE_HOME", "");
  CHECK(store::noise_path({}).empty());
  CHECK_FALSE(store::load_noise({}));
  CHECK_THROWS_AS(store::save_noise({}), Unavailable);
}
