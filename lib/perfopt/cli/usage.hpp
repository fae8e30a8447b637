// SPDX-License-Identifier: Apache-2.0
// What a person is told about a command line that cannot be read.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace perfopt::cli {

// One line without the program's name: "unknown flag '--memroy'; did you mean '--memory'? (perfbench --help)".
[[nodiscard]] std::string usage_message(const CLI::App& app, const CLI::ParseError& error);

// The innermost subcommand that was given, or the program itself.
[[nodiscard]] const CLI::App& selected(const CLI::App& app);

}  // namespace perfopt::cli
