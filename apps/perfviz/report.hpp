// SPDX-License-Identifier: Apache-2.0
// What was read, in the form that was asked for: a page, a text, a table.
#pragma once

#include <string>
#include <vector>

#include "documents.hpp"
#include "options.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfviz {

struct Form {
  std::string format;  // Output::form
  bool color = false;
  unsigned width = 0;  // of a terminal; 0: none
  bool verbose = false;
  bool summary = false;
  std::size_t top = 10;                                            // functions that profiles list
  perfopt::stats::GroupBy by = perfopt::stats::GroupBy::function;  // what profiles list
};

// A page holds all documents, with a chooser; texts stand below one another; CSV and JSON hold one document alone.
// `documents` has at least one. Throws BadInput for a form that these documents do not have.
[[nodiscard]] std::string rendered(const std::vector<Document>& documents, const Form& form);

}  // namespace perfviz
