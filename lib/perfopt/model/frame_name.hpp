// SPDX-License-Identifier: Apache-2.0
// How a frame is named wherever one is shown or written.
#pragma once

#include <string>

#include "perfopt/model/profile.hpp"

namespace perfopt::model {

// The function; without one the file name of the module and the address, "[libc.so.6+0x1234]", or "[libc.so.6]" where
// the address is not known either; "[unknown]" when nothing is.
[[nodiscard]] std::string frame_name(const Frame& frame);

}  // namespace perfopt::model
