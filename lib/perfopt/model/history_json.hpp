// SPDX-License-Identifier: Apache-2.0
// The only mapping between the History document and JSON (configs/schema/history.schema.json).
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/history.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const History& history);

// The same on one line: an export is a document a run, one a line, so that it can be written, cut and joined piece by
// piece.
[[nodiscard]] std::string to_json_line(const History& history);

// One document. `origin` names the input in messages, "export.jsonl:12". Throws BadInput with line or field for
// anything that is not a History document of this or an older version.
[[nodiscard]] History history_from_json(std::string_view text, std::string_view origin);

// A whole file: one document, or an export, a document a line, whose runs, series and baselines are joined. The
// messages for a line of an export name it: "export.jsonl:12".
[[nodiscard]] History history_from_file(std::string_view text, std::string_view origin);

}  // namespace perfopt::model
