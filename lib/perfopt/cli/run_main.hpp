// SPDX-License-Identifier: Apache-2.0
// The frame of every program: parses, calls the body, and is the only place where errors are caught.
//
// Exit codes: perfopt::ExitCode; 130 and 143 after SIGINT and SIGTERM, as shells report them (the body returns them).
// Every error is one line on standard error, "perfbench: what is wrong, where, and what to do".
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"

namespace perfopt::cli {

// Adds the shared options to `app`, parses into `common` and whatever `app` was given, answers --help, --version and
// --generate itself, else returns what `body` returns. SIGPIPE and SIGXFSZ are ignored, so that a closed pipe and a
// file-size limit are errors of the write that meets them.
[[nodiscard]] int run_main(CLI::App& app, CommonOptions& common, int argc, const char* const* argv,
                           const std::function<int()>& body);

}  // namespace perfopt::cli
