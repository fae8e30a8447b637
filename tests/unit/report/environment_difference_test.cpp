// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/environment_difference.hpp"

#include <algorithm>
#include <cstdint>

#include <doctest/doctest.h>

using namespace perfopt;
using namespace perfopt::report;

namespace {

model::Environment machine() {
  model::Environment one;
  one.host = "bench1";
  one.cpu_model = "Xeon";
  one.cpus_online = 8;
  one.memory_bytes = std::uint64_t{16} << 30U;
  one.memory_available_bytes = std::uint64_t{9} << 30U;
  one.load_average = 0.2;
  one.steal_percent = 0.1;
  one.kernel = "6.1";
  return one;
}

}  // namespace

TEST_CASE("a machine does not differ from itself an hour later") {
  model::Environment later = machine();
  later.load_average = 0.6;
  later.steal_percent = 0.9;
  later.memory_available_bytes /= 2;
  const EnvironmentDifferences found = environment_differences(machine(), later);
  CHECK(found.rows.empty());
  CHECK(found.only_before.empty());
  CHECK(found.only_after.empty());
  CHECK(environment_difference_table(machine(), later).find("No difference") != std::string::npos);
}

TEST_CASE("each fact that differs is a row with both values, in the order of the facts") {
  model::Environment other = machine();
  other.memory_bytes *= 2;
  other.load_average = 3;
  other.kernel = "<b>6.2";
  const EnvironmentDifferences found = environment_differences(machine(), other);
  REQUIRE(found.rows.size() == 3);
  CHECK(found.rows[0].label == "Memory");
  CHECK(found.rows[1].label == "Load average at the start");
  CHECK(found.rows[2].label == "Kernel");
  CHECK(found.rows[2].before == "6.1");
  CHECK(found.rows[2].after == "<b>6.2");
  const std::string table = environment_difference_table(machine(), other);
  CHECK(table.find("&lt;b&gt;6.2") != std::string::npos);
  CHECK(table.find("<b>6.2") == std::string::npos);
}

TEST_CASE("what one document does not tell is no difference, and is named") {
  const EnvironmentDifferences found = environment_differences(machine(), model::Environment{});
  CHECK(found.rows.empty());
  CHECK(found.only_after.empty());
  CHECK(std::ranges::find(found.only_before, "Kernel") != found.only_before.end());
}
