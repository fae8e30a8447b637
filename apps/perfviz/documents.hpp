// SPDX-License-Identifier: Apache-2.0
// The documents that the command line names, each read as what its content says that it is.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "options.hpp"
#include "perfopt/model/profile.hpp"
#include "perfopt/model/suite.hpp"

namespace perfviz {

struct Document {
  std::string origin;  // the path, or "standard input"
  std::variant<perfopt::model::Suite, perfopt::model::Profile> content;
};

// In the order of Options::inputs(). Throws BadInput with file, line or field, and what was expected; SystemError for a
// file that cannot be read.
[[nodiscard]] std::vector<Document> read_documents(const Options& options);

}  // namespace perfviz
