// SPDX-License-Identifier: Apache-2.0
// What the command line of perfviz asks for.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "chart.hpp"
#include "perfopt/cli/options.hpp"

namespace perfviz {

// Paths as given; "-" is standard input.
struct Options {
  perfopt::cli::CommonOptions common;
  std::vector<std::string> benchmarks;
  std::vector<std::string> profiles;
  std::vector<std::string> compared;  // what was and what is, or one document of `perfbench compare`
  std::string history;
  bool summary = false;  // one screen for those who decide
  std::string report;
  std::string top;  // functions that the text of a profile lists; "" 10
  std::string by;   // what the text of a profile lists; "" functions
  ChartOptions chart;
  const CLI::Option* report_option = nullptr;

  [[nodiscard]] bool wants_report() const { return report_option->count() > 0; }
  // All inputs, in the order in which they are shown.
  [[nodiscard]] std::vector<std::string> inputs() const;
};

// Declares all flags; `options` must outlive `app` and stay where it is.
void declare(CLI::App& app, Options& options);

// For somebody who asked for nothing.
[[nodiscard]] const char* brief_help();

}  // namespace perfviz
