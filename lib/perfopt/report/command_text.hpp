// SPDX-License-Identifier: Apache-2.0
// The runs of whole commands as text: for a terminal, and in the forms that hyperfine exports and benchstat reads.
//
// Pure functions of a summarized document. Times are without the shell's cost.
#pragma once

#include <cstdint>
#include <string>

#include "perfopt/model/command_runs.hpp"

namespace perfopt::report {

enum class CommandOrder : std::uint8_t { automatic, command, mean_time };
enum class TimeUnit : std::uint8_t { automatic, microsecond, millisecond, second };

struct CommandTextOptions {
  bool color = false;
  unsigned width = 100;
  CommandOrder order = CommandOrder::automatic;  // of tables: the speeds by time, exports as given
  TimeUnit unit = TimeUnit::automatic;
};

// The answer first: one command's time, or which is the fastest and by how much; then the figures of each.
[[nodiscard]] std::string command_text(const model::CommandRuns& document, const CommandTextOptions& options);

// The figures of each command alone, below another answer.
[[nodiscard]] std::string command_table(const model::CommandRuns& document, const CommandTextOptions& options);

// What makes the figures doubtful, and what to do; "" for nothing.
[[nodiscard]] std::string command_doubts_text(const model::CommandRuns& document, const CommandTextOptions& options);

enum class CommandExport : std::uint8_t { csv, markdown, asciidoc, orgmode, benchstat };

// The columns of hyperfine's exports; benchstat: one line a run, as `go test -bench` writes it.
[[nodiscard]] std::string command_export(const model::CommandRuns& document, CommandExport form,
                                         const CommandTextOptions& options);

}  // namespace perfopt::report
