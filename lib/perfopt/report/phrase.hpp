// SPDX-License-Identifier: Apache-2.0
// Words that outputs of several documents share. Private to the module.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace perfopt::report {

// "1 case", "1,200 cases".
[[nodiscard]] std::string plural(std::size_t count, std::string_view one, std::string_view many);
// "2026-11-21T07:44:10Z" as "2026-11-21 07:44 UTC"; anything else as it is.
[[nodiscard]] std::string moment(const std::string& iso);

}  // namespace perfopt::report
