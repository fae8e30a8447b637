// SPDX-License-Identifier: Apache-2.0
// The command line of `perfbench command`, and what it asks of the measurement. Flags that hyperfine has too mean what
// they mean there (hyperfine 1.20); --output is the document here, and hyperfine's --output is --command-output.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "perfopt/bench/compare/command_measurement.hpp"
#include "perfopt/report/command_text.hpp"

namespace perfbench {

// As given; "" and empty when not.
struct CommandOptions {
  std::vector<std::string> commands, names;
  std::string reference, reference_name;
  std::string warmup, min_runs, max_runs, runs;
  std::string setup, cleanup;
  std::vector<std::string> prepare, conclude;
  std::vector<std::string> scans;  // three words each
  std::vector<std::string> steps;  // of the scans, in their order
  std::vector<std::string> lists;  // two words each
  std::string shell;
  bool no_shell = false;
  std::string ignore_failure;
  std::string style, sort, time_unit;
  std::string export_json, export_csv, export_markdown, export_asciidoc, export_orgmode, export_benchstat;
  bool show_output = false;
  std::vector<std::string> command_output;
  std::string input;
  std::string threshold, max_time, timeout, cpu, metric, seed, fail_on;
  bool same_output = false;

  [[nodiscard]] bool sweeps() const { return !scans.empty() || !lists.empty(); }
  // "slower", "inconclusive".
  [[nodiscard]] std::vector<std::string> fail_conditions() const;
};

// `options` must outlive `app`.
void add_options(CLI::App& app, CommandOptions& options);

// Throws BadInput for values that are wrong or contradict each other.
[[nodiscard]] perfopt::bench::CommandRequest command_request(const CommandOptions& options);
[[nodiscard]] perfopt::report::CommandTextOptions text_options(const CommandOptions& options);

}  // namespace perfbench
