// SPDX-License-Identifier: Apache-2.0
// What a run on several hosts tells about each of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "perfopt/model/environment.hpp"

namespace perfopt::model {

// One result of one host: "cpu/sort/vqsort at 1,000" and its median time for one run.
struct HostResult {
  std::string name;
  double wall_ns = 0;
};

struct FleetHost {
  std::string name;  // of the host, with its rank where several ranks share it: "node1 (rank 2)"
  unsigned rank = 0;
  Environment environment;
  std::vector<HostResult> results;
  std::vector<std::string> failures;  // "cpu/sort/vqsort at 1,000: wrong result: ...": what its run refused
  // Time against the median of the hosts, typical over the results: 1.25 takes 25 % longer. Empty when too few results
  // are shared.
  std::optional<double> slowdown;
  std::optional<double> score;  // robust distance from the other hosts (modified z-score)
  bool slow = false;
};

struct FactValue {
  std::string value;
  std::vector<std::string> hosts;
};

// A fact of the environment in which the hosts differ.
struct FleetDifference {
  std::string fact;  // "kernel"
  std::vector<FactValue> values;
};

struct Fleet {
  std::vector<FleetHost> hosts;  // by rank
  std::vector<FleetDifference> differences;
  std::string sentence;
};

}  // namespace perfopt::model
