// SPDX-License-Identifier: Apache-2.0
// The documents that the command line names, each read as what its content says that it is.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "options.hpp"
#include "perfopt/model/comparison.hpp"
#include "perfopt/model/history.hpp"
#include "perfopt/model/profile.hpp"
#include "perfopt/model/profile_diff.hpp"
#include "perfopt/model/result_set.hpp"
#include "perfopt/model/suite.hpp"

namespace perfviz {

// Two sets of results, judged; or a comparison that was judged before, of whose machines the document tells one.
struct ComparedResults {
  perfopt::model::Comparison comparison;
  std::optional<perfopt::model::Environment> base, changed;
};

struct ComparedProfiles {
  perfopt::model::Profile base, changed;
  perfopt::model::ProfileDiff diff;
};

struct Document {
  std::string origin;  // the path, or "standard input"
  std::variant<perfopt::model::Suite, perfopt::model::ResultSet, perfopt::model::Profile, ComparedResults,
               ComparedProfiles, perfopt::model::History>
      content;
};

// In the order of Options::inputs(). Throws BadInput with file, line or field, and what was expected; SystemError for a
// file that cannot be read.
[[nodiscard]] std::vector<Document> read_documents(const Options& options);

}  // namespace perfviz
