// SPDX-License-Identifier: Apache-2.0
// The document of `perfbench command`: whole commands, every run as it was measured, and what follows from the runs.
//
// Runs are stored as columns, index i of every column is the same run; runs of one round (`round`) stood next to each
// other in time, in random order. Times are as measured, the shell included where there is one; the summary has its
// cost taken off.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"
#include "perfopt/model/scaling.hpp"

namespace perfopt::model {

struct CommandParameter {
  std::string name;
  std::string value;
};

struct CommandColumns {
  std::vector<double> wall_ns, user_ns, system_ns;
  std::vector<std::uint64_t> peak_rss_bytes;
  std::vector<std::uint64_t> minor_faults, major_faults;
  std::vector<std::uint64_t> voluntary_switches, involuntary_switches;
  std::vector<std::uint32_t> exit_codes;  // 128 + the signal for a killed one
  std::vector<std::uint32_t> round;
};

// Of wall time unless the name says else, for one run, without the shell's cost.
struct CommandSummary {
  double mean_ns = 0;
  std::optional<double> stddev_ns;  // of one run; empty for a single one
  Interval median_ns;               // low and high equal the estimate where so few runs bear no interval
  double min_ns = 0, max_ns = 0;
  double user_ns = 0, system_ns = 0;  // means
  double peak_rss_bytes = 0;          // median
};

struct MeasuredCommand {
  std::string name;  // as given, else the command
  std::string command;
  std::vector<CommandParameter> parameters;
  bool reference = false;
  std::string failure;  // why there are no (more) runs; "" for a good one
  CommandColumns runs;
  std::optional<CommandSummary> summary;
  std::optional<Interval> relative;  // its wall time / the reference's, over the rounds that hold both
};

// The shell with an empty command, run among the others.
struct ShellCost {
  std::string shell;
  std::vector<double> wall_ns, user_ns, system_ns;
  Interval median_ns;  // of wall time; this is taken off
  double median_user_ns = 0, median_system_ns = 0;
};

struct CommandSettings {
  std::optional<unsigned> cpu;  // that everything was pinned to
  std::string input;            // "null" or a file
  std::string output;           // "null", "pipe", "inherit" or a file
  double max_time_s = 0;
  std::uint64_t seed = 0;  // of orders and paddings
  // What perfbench itself takes; the kernel tells no smaller peak of what it starts.
  std::uint64_t rss_floor_bytes = 0;
};

struct CommandRuns {
  static constexpr std::string_view kSchema = "perfopt.commands";
  static constexpr int kSchemaVersion = 1;

  std::string started;  // ISO 8601, UTC
  double elapsed_s = 0;
  bool complete = true;  // false: interrupted
  CommandSettings settings;
  Environment environment;
  std::vector<Doubt> doubts;  // beyond those of the environment
  std::optional<ShellCost> shell;
  std::vector<MeasuredCommand> commands;
};

}  // namespace perfopt::model
