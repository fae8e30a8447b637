// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/temp_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;
namespace fs = std::filesystem;

namespace {

// The pid of a process that existed and is gone.
pid_t dead_pid() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  REQUIRE(child > 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  return child;
}

struct Variable {
  explicit Variable(const char* value) { ::setenv("TMPDIR", value, 1); }
  ~Variable() {
    if (saved.empty()) {
      ::unsetenv("TMPDIR");
    } else {
      ::setenv("TMPDIR", saved.c_str(), 1);
    }
  }
  std::string saved = std::getenv("TMPDIR") != nullptr ? std::getenv("TMPDIR") : "";
};

}  // namespace

TEST_CASE("a directory is unique and goes with its content") {
  fs::path first;
  {
    const TempDir one("perfopt-temp-test");
    TempDir two("perfopt-temp-test");
    CHECK(one.path() != two.path());
    first = one.path();
    fs::create_directories(first / "a" / "b");
    write_atomically(first / "a" / "b" / "file", "x");
    const TempDir moved = std::move(two);
    CHECK(fs::is_directory(moved.path()));
  }
  CHECK_FALSE(fs::exists(first));
}

TEST_CASE("the parent is what was given, else TMPDIR, else /tmp") {
  const TempDir parent("perfopt-temp-test");
  {
    const Variable variable(parent.path().c_str());
    CHECK(temp_parent() == parent.path());
    CHECK(temp_parent("/given") == "/given");
    CHECK(TempDir("x").path().parent_path() == parent.path());
  }
  {
    const Variable empty("");
    CHECK(temp_parent() == "/tmp");
  }
  CHECK_THROWS_AS(TempDir("x", parent.path() / "none"), SystemError);
}

TEST_CASE("only directories of dead processes that nobody locks are stale") {
  const TempDir parent("perfopt-temp-test");
  const TempDir alive("run", parent.path());
  const std::string dead = std::to_string(dead_pid());
  const fs::path stale = parent.path() / ("run-" + dead + "-aB3dEf");
  fs::create_directories(stale / "inside");
  const fs::path locked = parent.path() / ("run-" + dead + "-locked");
  fs::create_directories(locked);
  const UniqueFd lock = open_file(locked, O_RDONLY | O_DIRECTORY);
  REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
  for (const std::string& other : {"other-" + dead + "-aB3dEf", "run-" + dead, std::string("run-abc-aB3dEf"),
                                   "run-" + dead + "-toolong", "runs-" + dead + "-aB3dEf"}) {
    fs::create_directories(parent.path() / other);
  }
  fs::create_directory_symlink(locked, parent.path() / ("run-" + dead + "-symlnk"));

  CHECK(remove_stale("run", parent.path()) == 1);
  CHECK_FALSE(fs::exists(stale));
  CHECK(fs::exists(alive.path()));
  CHECK(fs::exists(locked));
  CHECK(std::distance(fs::directory_iterator(parent.path()), fs::directory_iterator()) == 8);
  CHECK(remove_stale("run", parent.path() / "none") == 0);
}
