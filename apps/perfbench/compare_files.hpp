// SPDX-License-Identifier: Apache-2.0
// perfbench compare BASE.json NEW.json: two files of results, of perfopt or of another tool.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "perfopt/model/comparison.hpp"
#include "perfopt/model/environment.hpp"
#include "perfopt/stats/session.hpp"

namespace perfbench {

struct FileComparisonOptions {
  double threshold = 0.02;
  std::string filter;                                        // regular expression on names; "" for all
  std::function<double(const std::string& name)> margin_of;  // instead of threshold, where it is set
  std::optional<perfopt::stats::SessionNoise> noise;         // as measured on this machine
};

// The verdicts, and what each file tells of its machine, which the document holds of one alone.
struct FileComparison {
  perfopt::model::Comparison comparison;
  perfopt::model::Environment base, changed;
};

// Reads both (one may be "-", standard input), tells by content which tool wrote them, and compares. Throws SystemError
// for a file that cannot be read and BadInput for one that is wrong, for a filter that is no regular expression or
// leaves nothing, and for files that have no benchmark in common.
[[nodiscard]] FileComparison compare_files(const std::string& base_path, const std::string& changed_path,
                                           const FileComparisonOptions& options);

}  // namespace perfbench
