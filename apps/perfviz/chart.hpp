// SPDX-License-Identifier: Apache-2.0
// perfviz --chart: one chart by its name, in a form for a paper, a script, a pull request or a terminal.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"

namespace perfviz {

struct ChartOptions {
  std::string chart;  // "" when none is wanted
  std::string title;
  std::string width;
  std::string theme = "light";
  std::string filter;
  bool is_log = false;
};

void add_chart_options(CLI::App& app, ChartOptions& options);

// The paths that --benchmark, --profiler and --history name; "-" is standard input, "" none.
struct ChartInputs {
  std::string benchmark;
  std::string profiler;
  std::string history;
};

// Writes the chart; the exit code. Throws BadInput for a request or an input that is wrong, Unavailable for PNG where
// the build cannot draw it.
[[nodiscard]] int show_chart(const ChartOptions& options, const perfopt::cli::CommonOptions& common,
                             const ChartInputs& inputs);

}  // namespace perfviz
