// SPDX-License-Identifier: Apache-2.0
// The command line of perfprof's main job, and what it asks of the recorder.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"
#include "perfopt/prof/launch/target.hpp"
#include "perfopt/prof/record/backend.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfprof {

// A hidden flag that ends the values of the option before it.
inline constexpr const char* kEndOfLists = "--end-of-lists";

struct Options {
  perfopt::cli::CommonOptions common;
  std::string script;
  std::string module;
  std::vector<std::string> args;     // of the script or module
  std::vector<std::string> command;  // after --: the command, or more words for the script or module
  std::string pid;
  std::string duration;
  std::string mode = "cpu";
  std::string backend = "auto";
  std::string rate = "999";
  std::string report;
  const CLI::Option* report_option = nullptr;
  std::string top = "10";
  std::string by = "function";
  bool tree = false;
  bool no_inlines = false;
  bool no_kernel = false;
  bool doctor = false;

  // Something to profile was named.
  [[nodiscard]] bool selects() const;
  [[nodiscard]] bool wants_page() const { return report_option->count() > 0; }
};

// `options` must outlive `app`.
void add_options(CLI::App& app, Options& options);

// All of these throw BadInput for values that are wrong or contradict each other.
[[nodiscard]] perfopt::prof::RecordOptions record_options(const Options& options);
// Empty for --pid.
[[nodiscard]] std::optional<perfopt::prof::TargetCommand> target_command(const Options& options);
[[nodiscard]] pid_t target_pid(const Options& options);
[[nodiscard]] std::size_t top_of(const Options& options);
[[nodiscard]] perfopt::stats::GroupBy group_of(const Options& options);
// Where --report writes to: its value, else beside --output, else profile.html; "" without --report.
[[nodiscard]] std::string page_path(const Options& options);

}  // namespace perfprof
