// SPDX-License-Identifier: Apache-2.0
// The jobs of perfprof beside recording.
#pragma once

#include "perfopt/cli/subcommand.hpp"

namespace perfprof {

using perfopt::cli::Subcommand;

// All of them, declared in `program`, which must outlive them.
[[nodiscard]] perfopt::cli::Subcommands subcommands(CLI::App& program);

}  // namespace perfprof
