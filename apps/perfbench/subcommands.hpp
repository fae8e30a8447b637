// SPDX-License-Identifier: Apache-2.0
// The jobs of perfbench beside the main one.
#pragma once

#include "perfopt/cli/subcommand.hpp"

namespace perfbench {

using perfopt::cli::Subcommand;

// All of them, declared in `program`, which must outlive them.
[[nodiscard]] perfopt::cli::Subcommands subcommands(CLI::App& program);

}  // namespace perfbench
