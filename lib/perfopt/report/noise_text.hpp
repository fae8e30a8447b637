// SPDX-License-Identifier: Apache-2.0
// What `perfbench noise` found, for a terminal or a job's log: the answer, the figures, and what to change.
#pragma once

#include <string>

#include "perfopt/model/noise.hpp"

namespace perfopt::report {

// `width` below 80 counts as 80. Text of the document is made harmless (escape.hpp).
[[nodiscard]] std::string noise_text(const model::NoiseProfile& profile, unsigned width, bool color);
[[nodiscard]] std::string noise_markdown(const model::NoiseProfile& profile);

}  // namespace perfopt::report
