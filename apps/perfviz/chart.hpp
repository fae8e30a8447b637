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
  std::string theme;  // "" light
  std::string filter;
  bool is_log = false;

  // Something that only a chart has.
  [[nodiscard]] bool is_asked_for() const {
    return !title.empty() || !width.empty() || !theme.empty() || !filter.empty() || is_log;
  }
};

void add_chart_options(CLI::App& app, ChartOptions& options);

struct Options;

// Writes the chart; the exit code. Throws BadInput for a request that is wrong or asks for more than a chart, and for
// an input that is wrong; Unavailable for PNG where the build cannot draw it.
[[nodiscard]] int show_chart(const Options& options);

}  // namespace perfviz
