// SPDX-License-Identifier: Apache-2.0
// Where in a JSON text a field stands, for messages. Internal to model/.
#pragma once

#include <cstddef>
#include <string_view>

namespace perfopt::model {

// 1-based line of the value at a path, "cases[0].rounds.wall_ns[3]"; of the nearest value around it for one that is not
// there. The text, which is JSON, is parsed once more, up to there; nothing of it is kept.
[[nodiscard]] std::size_t line_of_field(std::string_view text, std::string_view path);

}  // namespace perfopt::model
