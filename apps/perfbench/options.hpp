// SPDX-License-Identifier: Apache-2.0
// The command line of perfbench's main job, and what it asks of the runner.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "perfopt/bench/runner.hpp"
#include "perfopt/cli/configuration.hpp"
#include "perfopt/cli/options.hpp"
#include "perfopt/model/config.hpp"

namespace perfbench {

struct Options {
  perfopt::cli::CommonOptions common;
  perfopt::cli::SettingFlags settings;
  bool all = false;
  std::array<bool, std::size(perfopt::bench::kCategories)> chosen{};  // by the order of kCategories
  std::string database_url;
  const CLI::Option* database_option = nullptr;  // a category flag that may have a value
  bool list = false;
  bool resume = false;
  bool fleet = false;
  std::string filter;
  std::string inject;
  std::string plot;
  const CLI::Option* plot_option = nullptr;
  // Google Benchmark's own flags, as given; "" when not.
  std::string benchmark_min_time;
  std::string benchmark_out;
  std::string benchmark_out_format;
  std::string benchmark_format;
  std::string benchmark_context;
  std::string benchmark_time_unit;
  std::string command;  // the command line as a shell would take it again

  // Category flags, in the order of kCategories.
  [[nodiscard]] std::vector<std::string> categories() const;
  // Something to measure was named.
  [[nodiscard]] bool selects() const;
};

// `options` must outlive `app`.
void add_options(CLI::App& app, Options& options);

// Throws BadInput for values that contradict each other or name what does not exist.
[[nodiscard]] perfopt::bench::RunOptions run_options(const Options& options,
                                                     const perfopt::model::EffectiveConfig& config);

// Where --plot writes to: its value, else beside --output, else results.html; "" without --plot.
[[nodiscard]] std::string plot_path(const Options& options);

}  // namespace perfbench
