// SPDX-License-Identifier: Apache-2.0
// Which frames are the same function: those of one name in one module (of a script: in one file), whatever their line.
// Frames without a name are one function an address.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::stats {

struct FunctionTable {
  std::vector<std::uint32_t> of_frame;  // function of each frame
  std::vector<std::uint32_t> frame;     // the first frame of each function

  [[nodiscard]] std::size_t size() const noexcept { return frame.size(); }
};

[[nodiscard]] FunctionTable function_table(const model::Profile& profile);

}  // namespace perfopt::stats
