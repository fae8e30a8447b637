// SPDX-License-Identifier: Apache-2.0
// The only mapping between the document of whole commands and JSON (configs/schema/commands.schema.json), and the JSON
// that hyperfine writes of the same.
#pragma once

#include <string>
#include <string_view>

#include "perfopt/model/command_runs.hpp"

namespace perfopt::model {

[[nodiscard]] std::string to_json_text(const CommandRuns& document);

// `origin` names the input in messages. Throws BadInput with line or field for anything that is not such a document of
// this or an older version.
[[nodiscard]] CommandRuns commands_from_json(std::string_view text, std::string_view origin);

// The fields and the meaning of `hyperfine --export-json` (1.15 to 1.20): seconds, without the shell's cost. Commands
// without runs are left out. `document` is summarized.
[[nodiscard]] std::string hyperfine_json_text(const CommandRuns& document);

}  // namespace perfopt::model
