// SPDX-License-Identifier: Apache-2.0
// The rows of a long array of a JSON file, one by one: a tree of a million of them takes gigabytes, and most of the
// time goes into members that nobody asks for. Internal to model/foreign/.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

#include "perfopt/model/foreign/field.hpp"

namespace perfopt::model::foreign {

struct RowStream {
  std::string_view field;                     // of the outermost object: an array
  std::span<const std::string_view> members;  // that are asked for; a row that is an object has no others
  std::function<void(std::size_t index, const Json& row)> take;
};

// Exceptions of `take` pass through. False where the text is not JSON; then `take` was called for the rows before.
[[nodiscard]] bool stream_rows(std::string_view text, const RowStream& stream);

}  // namespace perfopt::model::foreign
