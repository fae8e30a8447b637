// SPDX-License-Identifier: Apache-2.0
#include "perfopt/store/suite_file.hpp"

#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"

using namespace perfopt;
namespace fs = std::filesystem;

namespace {

model::Suite suite_with(const std::string& problem, bool complete) {
  model::Suite suite;
  suite.complete = complete;
  model::Case one;
  one.category = "cpu";
  one.problem = problem;
  suite.cases.push_back(one);
  return suite;
}

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("a place that cannot be written is refused beforehand, and asking leaves nothing behind") {
  const TempDir directory("store-test");
  const fs::path& base = directory.path();
  CHECK_NOTHROW(store::require_writable(base / "new.json"));
  CHECK(entries(base) == 0);
  CHECK_THROWS_AS(store::require_writable(base), BadInput);
  CHECK_THROWS_AS(store::require_writable(base / "missing" / "x.json"), SystemError);
  CHECK_NOTHROW(store::require_writable("/dev/null"));

  write_atomically(base / "old.json", "kept");
  CHECK_NOTHROW(store::require_writable(base / "old.json"));
  CHECK(read_file(base / "old.json") == "kept");
  CHECK_THROWS_AS(store::require_writable(base / "old.json" / "x.json"), SystemError);
  CHECK(entries(base) == 1);
}

TEST_CASE("a suite is read back as it was saved") {
  const TempDir directory("store-test");
  const fs::path path = directory.path() / "results.json";
  store::save_suite(suite_with("sort", true), path);
  const model::Suite suite = store::load_suite(path);
  REQUIRE(suite.cases.size() == 1);
  CHECK(suite.cases[0].problem == "sort");
  CHECK(suite.complete);
  write_atomically(path, "{\"schema\": \"perf");
  CHECK_THROWS_AS((void)store::load_suite(path), BadInput);
  CHECK_THROWS_AS((void)store::load_suite(directory.path() / "missing"), SystemError);
}

TEST_CASE("resuming prefers the checkpoint, then the output, and says when there is neither") {
  const TempDir directory("store-test");
  const fs::path output = directory.path() / "results.json";
  const store::Checkpoint checkpoint(output);
  CHECK(checkpoint.path() == directory.path() / "results.json.partial");
  CHECK_FALSE(checkpoint.exists());
  CHECK_THROWS_AS((void)store::load_for_resume(output), BadInput);
  store::save_suite(suite_with("old", true), output);
  CHECK(store::load_for_resume(output).cases[0].problem == "old");
  checkpoint.save(suite_with("new", false));
  CHECK(checkpoint.exists());
  CHECK(store::load_for_resume(output).cases[0].problem == "new");
  checkpoint.remove();
  CHECK_FALSE(checkpoint.exists());
  CHECK(store::load_for_resume(output).cases[0].problem == "old");
}

TEST_CASE("a device has no checkpoint") {
  const store::Checkpoint checkpoint("/dev/null");
  checkpoint.save(suite_with("sort", false));
  CHECK_FALSE(fs::exists("/dev/null.partial"));
  CHECK_FALSE(checkpoint.exists());
}
