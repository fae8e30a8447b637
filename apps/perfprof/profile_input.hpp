// SPDX-License-Identifier: Apache-2.0
// Profiles that a person names on the command line: of any format that is read.
#pragma once

#include <string>

#include "perfopt/model/profile.hpp"

namespace perfprof {

// "-" is standard input. Throws BadInput or SystemError with the name.
[[nodiscard]] perfopt::model::Profile read_input(const std::string& path);

// Index of the measure; the primary one for "". Throws BadInput with those that there are.
[[nodiscard]] std::size_t chosen_measure(const perfopt::model::Profile& profile, const std::string& name,
                                         const std::string& path);

}  // namespace perfprof
