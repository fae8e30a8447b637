// SPDX-License-Identifier: Apache-2.0
// What the memory problems promise beyond the contract: the baseline's malloc stays, memory is told, odd sizes work.
#include <dlfcn.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/integrity.hpp"

using namespace perfopt;
using namespace perfopt::bench;

namespace {

const Problem& problem(std::string_view name) {
  const auto all = catalogue();
  const auto found = std::find_if(all.begin(), all.end(), [name](const Problem* candidate) {
    return candidate->category == "memory" && candidate->name == name;
  });
  REQUIRE(found != all.end());
  return **found;
}

std::unique_ptr<Workload> make_workload(const Problem& of, std::string_view strategy, std::size_t size) {
  const auto found = std::find_if(of.strategies.begin(), of.strategies.end(),
                                  [strategy](const Strategy& candidate) { return candidate.name == strategy; });
  REQUIRE(found != of.strategies.end());
  return found->make({size, 11, 1, {}});
}

double held_bytes(std::string_view name, std::string_view strategy, std::size_t size) {
  return make_workload(problem(name), strategy, size)->work().held_bytes;
}

std::string library_of(const char* function) {
  Dl_info info{};
  void* const address = ::dlsym(RTLD_DEFAULT, function);
  REQUIRE(address != nullptr);
  REQUIRE(::dladdr(address, &info) != 0);
  return info.dli_fname;
}

}  // namespace

TEST_CASE("loading mimalloc leaves malloc and free to the rest of the program") {
  const std::string malloc_before = library_of("malloc");
  const std::string free_before = library_of("free");
  try {
    const auto workload = make_workload(problem("allocation"), "mimalloc", 1000);
    workload->poison();
    workload->run();
    CHECK_NOTHROW(workload->check(workload->output()));
  } catch (const Unavailable& reason) {
    MESSAGE("skipped: " << reason.what());
    return;
  }
  CHECK(library_of("malloc") == malloc_before);
  CHECK(library_of("free") == free_before);
  CHECK(malloc_before.find("mimalloc") == std::string::npos);
}

TEST_CASE("every memory problem works at odd sizes, down to one, with equal results") {
  for (const Problem* candidate : catalogue()) {
    if (candidate->category != "memory") continue;
    for (const std::size_t size : {1U, 2U, 33U, 511U, 513U}) {
      std::vector<std::byte> expected;
      for (const Strategy& strategy : candidate->strategies) {
        CAPTURE(std::string(candidate->name) + "/" + std::string(strategy.name) + " at " + std::to_string(size));
        std::unique_ptr<Workload> workload;
        try {
          workload = strategy.make({size, 5, 1, {}});
        } catch (const Unavailable& reason) {
          MESSAGE("skipped: " << reason.what());
          continue;
        }
        workload->poison();
        workload->run();
        const Output result = workload->output();
        CHECK_NOTHROW(workload->check(result));
        if (expected.empty()) expected.assign(result.bytes.begin(), result.bytes.end());
        CHECK(first_difference({expected, result.element, 0}, result) == "");
      }
    }
  }
}

TEST_CASE("what a form of a column holds is told: packed six times less, nothing gained on random data") {
  constexpr std::size_t kValues = 131'072;
  const auto ratio = [](std::string_view name, std::string_view strategy) {
    return held_bytes(name, "plain", kValues) / held_bytes(name, strategy, kValues);
  };
  CHECK(held_bytes("columns_narrow", "plain", kValues) == 8 * kValues);
  CHECK(ratio("columns_narrow", "packed") > 6);
  CHECK(ratio("columns_sorted", "packed") > 5);
  CHECK(ratio("columns_text", "zstd") > 4);
  CHECK(ratio("columns_text", "packed") < 1.5);
  for (const std::string_view strategy : {"packed", "lz4", "zstd"}) {
    CAPTURE(std::string(strategy));
    CHECK(ratio("columns_random", strategy) < 1);
    CHECK(ratio("columns_random", strategy) > 0.9);
  }
}

TEST_CASE("memory of an intersection's sets is told: Roaring is smallest when dense") {
  const double tree = held_bytes("intersection", "std_set", 100'000);
  const double vector = held_bytes("intersection", "sorted_vector", 100'000);
  const double roaring = held_bytes("intersection", "roaring", 100'000);
  CHECK(vector == 800'000);
  CHECK(tree > 5 * vector);
  CHECK(roaring < vector / 10);
  CHECK(held_bytes("intersection_sparse", "roaring", 100'000) < vector);
}
