// SPDX-License-Identifier: Apache-2.0
// The command that runs a script, found by its shebang, its suffix or its being executable.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "perfopt/prof/launch/target.hpp"

namespace perfopt::prof {

// `--script FILE --args A B`: .py by python3, .js .mjs .cjs by node, .sh and .bash by bash, what has a shebang by that,
// an executable by itself. Throws BadInput when there is no such file or it is a directory, Unavailable when its
// interpreter is missing, naming it.
[[nodiscard]] TargetCommand script_command(const std::filesystem::path& file, const std::vector<std::string>& args);
// `--module NAME`: python3 -m NAME.
[[nodiscard]] TargetCommand module_command(const std::string& name, const std::vector<std::string>& args);

// Makes every node in the tree write a map of its JIT code (NODE_OPTIONS=--perf-basic-prof
// --interpreted-frames-native-stack), keeping what NODE_OPTIONS says already.
void prepare_runtimes(TargetCommand& command);

}  // namespace perfopt::prof
