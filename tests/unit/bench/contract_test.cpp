// SPDX-License-Identifier: Apache-2.0
// What every problem of the catalogue promises, tried at its smallest size: equal results of all strategies, a check
// that fails before run() and on a corrupted result, poison that removes a result, results that depend on the seed.
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/services.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

struct Scratch {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("perfopt-contract-" + std::to_string(::getpid()));
  Scratch() { std::filesystem::create_directories(path); }
  ~Scratch() { std::filesystem::remove_all(path); }
};

std::vector<std::byte> copy(const Output& output) {
  return {output.bytes.begin(), output.bytes.end()};
}

Output with_bytes(const Output& like, const std::vector<std::byte>& bytes) {
  return {bytes, like.element, like.tolerance};
}

// Every byte of the middle element is changed.
std::vector<std::byte> corrupted(const Output& output) {
  std::vector<std::byte> bytes = copy(output);
  const std::size_t element = element_bytes(output.element);
  const std::size_t first = bytes.size() / element / 2 * element;
  for (std::size_t i = 0; i < element; ++i) bytes[first + i] ^= std::byte{0x55};
  return bytes;
}

}  // namespace

TEST_CASE("every strategy of every problem keeps the contract of workload.hpp") {
  Scratch scratch;
  Services services({scratch.path});
  for (const Problem* problem : catalogue()) {
    const Setup setup{problem->sizes.front().n, 42, 2, scratch.path, &services};
    std::vector<std::byte> expected;
    CHECK(problem->strategies.front().level == Level::baseline);
    for (const Strategy& strategy : problem->strategies) {
      CAPTURE(std::string(problem->category) + "/" + std::string(problem->name) + "/" + std::string(strategy.name));
      std::unique_ptr<Workload> workload;
      try {
        workload = strategy.make(setup);
      } catch (const Unavailable& reason) {
        MESSAGE("skipped: " << std::string(reason.what()));
        continue;
      }
      CHECK(workload->work().items > 0);
      workload->poison();
      {
        const Output before = workload->output();
        CHECK_THROWS_AS(workload->check(before), IntegrityError);
      }
      workload->run();
      const Output result = workload->output();
      CHECK_NOTHROW(workload->check(result));
      CHECK_FALSE(result.bytes.empty());
      CHECK_THROWS_AS(workload->check(with_bytes(result, corrupted(result))), IntegrityError);
      CHECK_THROWS_AS(workload->check(Output{{}, result.element, result.tolerance}), IntegrityError);
      if (strategy.level == Level::baseline) expected = copy(result);
      if (result.tolerance == 0) CHECK(first_difference(with_bytes(result, expected), result) == "");
      const std::vector<std::byte> seen = copy(result);
      workload->poison();
      CHECK_THROWS_AS(workload->check(workload->output()), IntegrityError);
      workload.reset();
      const auto other = strategy.make({setup.size, 43, 2, scratch.path, &services});
      other->poison();
      other->run();
      CHECK(first_difference(with_bytes(result, seen), other->output()) != "");
      CHECK_THROWS_AS(other->check(with_bytes(result, seen)), IntegrityError);
    }
  }
}
