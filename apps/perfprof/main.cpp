// SPDX-License-Identifier: Apache-2.0
// perfprof: where does the time of a program go, in any language, and what should be done first?
#include <CLI/CLI.hpp>

#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "subcommands.hpp"

namespace {

namespace cli = perfopt::cli;

constexpr const char* kDescription = "tell where the time of a program goes, in any language, and what to do first";

constexpr const char* kBrief =
    "perfprof tells where the time of a program goes: native code, Python, Node and shell in one profile.\n"
    "\n"
    "More: perfprof --help\n";

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "perfprof");
  cli::CommonOptions common;
  common.has_settings = false;
  const auto jobs = perfprof::subcommands(app);
  return cli::run_main(app, common, argc, argv, [&] {
    for (const auto& job : jobs) {
      if (job->chosen()) return job->run();
    }
    cli::write_error(kBrief);
    return static_cast<int>(perfopt::ExitCode::bad_request);
  });
}
