// SPDX-License-Identifier: Apache-2.0
// `perfbench command`: whole commands measured, alone, in sweeps, or against each other with a verdict.
#pragma once

#include <string>

#include "command_options.hpp"
#include "perfopt/bench/compare/command_measurement.hpp"
#include "subcommands.hpp"

namespace perfbench {

class CommandJob final : public Subcommand {
 public:
  explicit CommandJob(CLI::App& program);
  // 0; 1 when --fail-on says so, a command failed after its first run, or (as an error) outputs differ; 128 + the
  // signal after Ctrl-C or SIGTERM, with what was finished shown and written.
  [[nodiscard]] int run() override;

 private:
  void require_places() const;
  void export_all(const perfopt::bench::CommandOutcome& outcome) const;
  void write_and_show(const perfopt::bench::CommandOutcome& outcome) const;
  [[nodiscard]] std::string render(const perfopt::bench::CommandOutcome& outcome, const std::string& format,
                                   int fd) const;
  [[nodiscard]] int exit_code(const perfopt::bench::CommandOutcome& outcome) const;
  [[nodiscard]] bool silent() const { return options_.style == "none"; }
  [[nodiscard]] bool colored(int fd) const;

  CommandOptions options_;
};

}  // namespace perfbench
