// SPDX-License-Identifier: Apache-2.0
// Results of benchmarks as any tool tells them: the common ground of imports, of comparisons of files and of the
// history.
//
// A result is one series of samples of one benchmark in one unit. Readers of other tools' files make these
// (model/foreign_results.hpp); a Suite document becomes one by results_of(). Samples of one session are not
// independent: whoever judges them must say so (stats/session.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/model/environment.hpp"

namespace perfopt::model {

struct Result {
  std::string name;         // "memory/sort/tbb/1000000", "BM_Sort/1024", "tests/test_x.py::test_y"
  std::string unit = "ns";  // times are always "ns" for one execution; else "bytes", "ops/s", ...
  // "wall_time", "cpu_time", "rate", "allocated_bytes", "allocations", or the tool's own name of it.
  std::string metric = "wall_time";
  bool higher_is_better = false;  // of rates
  std::vector<double> samples;   // as measured, in order, none negative; one value of a tool that tells a summary alone
  std::optional<double> spread;  // relative, interquartile range / median or as near as the tool tells; of a summary
  std::string baseline;          // name of the result whose samples are paired with these, round by round; "" for none
  std::string checksum;          // of what it computed, where the tool tells; "" for unknown
  std::string input;             // from what, "seed 1": checksums of different inputs are not compared
  std::string failure;           // why there are no samples; "" for a good result
};

struct ResultSet {
  std::string tool;     // "perfopt", "google-benchmark", "hyperfine", "pytest-benchmark", "criterion", "go", ...
  std::string origin;   // the file
  std::string started;  // ISO 8601, UTC; "" when the tool does not tell
  std::string commit;   // of what was measured; "" likewise
  std::string branch;
  std::string version;
  Environment environment;  // what is known of it
  std::vector<Result> results;
};

}  // namespace perfopt::model
