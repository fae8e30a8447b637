// SPDX-License-Identifier: Apache-2.0
// The readers of other tools' files: any text is read or refused as BadInput, and what is read has at least one result,
// unique names, and samples that are finite and not negative, or a failure instead of them. Compared with itself, it is
// neither slower nor faster.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/model/foreign_results.hpp"
#include "perfopt/stats/session.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const perfopt::model::ResultSet set = perfopt::model::read_results(text, "fuzz");
    if (set.results.empty()) std::abort();
    std::set<std::string> names;
    for (const perfopt::model::Result& result : set.results) {
      if (!names.insert(result.name).second) std::abort();
      if (set.tool == "perfopt") continue;  // a Suite holds what a run wrote down
      if (result.samples.empty() && result.failure.empty()) std::abort();
      for (const double value : result.samples) {
        if (!std::isfinite(value) || value < 0) std::abort();
      }
    }
    for (const perfopt::model::ComparedBenchmark& row : perfopt::stats::compare_sessions(set, set, {}).benchmarks) {
      using perfopt::model::Change;
      if (row.verdict == Change::slower || row.verdict == Change::faster) std::abort();
    }
  } catch (const perfopt::BadInput&) {
  }
  return 0;
}
