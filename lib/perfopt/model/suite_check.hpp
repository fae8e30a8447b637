// SPDX-License-Identifier: Apache-2.0
// What no run can have measured: such a Suite was damaged, or written by something else. Internal to model/.
#pragma once

#include <string>

#include "perfopt/model/suite.hpp"

namespace perfopt::model {

// Throws FieldError for a time, count or rate below 0, a column of rounds that is of another length than the times, and
// an interval that does not hold its estimate. What is not known (NaN) and what is merely large passes. `path` is that
// of the document, "x.json: suite".
void require_possible(const Suite& suite, const std::string& path);

}  // namespace perfopt::model
