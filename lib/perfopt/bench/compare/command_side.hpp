// SPDX-License-Identifier: Apache-2.0
// One command that is measured, with all that belongs to it: setup, --prepare and --conclude around each run, cleanup,
// what counts as a failure, and the record of its runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "perfopt/bench/compare/command_run.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/model/command_runs.hpp"

namespace perfopt::bench {

struct CommandSpec {
  std::string name;
  std::string command;
  std::vector<model::CommandParameter> parameters;  // already put into all texts here
  std::string setup, prepare, conclude, cleanup;    // "": none
  OutputTo output_to = OutputTo::nothing;           //
  std::filesystem::path output;                     // of OutputTo::file
};

// The same for all commands of one measurement.
struct CommandConditions {
  std::vector<std::string> shell{"sh"};  // it gets "-c" and the command; empty: the command is cut into words
  std::filesystem::path input;           // "": /dev/null
  double time_limit_s = 0;               // of one run; 0: none
  bool ignore_failures = false;
  std::vector<int> ignored_codes;  // exit codes that are no failure
  std::size_t warmup = 0;
};

// What an empty command takes through the shell, measured among the others.
class ShellGauge {
 public:
  // `shell` as in CommandConditions, not empty.
  ShellGauge(std::vector<std::string> shell, const Cancellation& cancellation);
  // Once; throws Error when the shell cannot do that.
  void measure();
  // It is due: after every round at first, later seldom.
  [[nodiscard]] bool due(std::size_t round) const;
  // Medians so far.
  [[nodiscard]] double wall_ns() const;
  [[nodiscard]] double cpu_ns() const;
  [[nodiscard]] const model::ShellCost& cost() const { return cost_; }

 private:
  RunRequest request_;
  const Cancellation& cancellation_;
  model::ShellCost cost_;
  std::vector<double> cpu_ns_;
};

class CommandSide {
 public:
  // Throws BadInput for a command that cannot be cut into words. `conditions` and `cancellation` must outlive it.
  CommandSide(CommandSpec spec, const CommandConditions& conditions, const Cancellation& cancellation);

  // Setup and warm-up, once however often it is called. Throws Error.
  void prepare();
  // Untimed, with stdout in `file`; 0 and failures as for a run.
  void write_output_to(const std::filesystem::path& file);
  // One timed run, recorded. `padding` moves the stack: the same for all runs of a round. Throws BadInput when it fails
  // and is not allowed to ("NAME: ended with exit code 1 in run 3; ..."), Interrupted when cancelled.
  const CommandRun& run(std::uint32_t round, std::size_t padding);
  // What --cleanup says, if setup was reached; throws Error when that fails.
  void clean_up();

  [[nodiscard]] const CommandSpec& spec() const { return spec_; }
  [[nodiscard]] const model::CommandColumns& runs() const { return runs_; }
  [[nodiscard]] std::size_t count() const { return runs_.wall_ns.size(); }

 private:
  [[nodiscard]] RunRequest request(const std::string& line, const std::string& what) const;
  void run_aside(const std::string& line, const char* what, const Cancellation& cancellation);
  void conclude();
  void run_untimed(const RunRequest& request, const std::string& when);
  void require_success(const CommandRun& run, const std::string& when) const;
  void record(std::uint32_t round);

  CommandSpec spec_;
  const CommandConditions& conditions_;
  const Cancellation& cancellation_;
  RunRequest timed_;
  CommandRun last_;
  model::CommandColumns runs_;
  bool prepared_ = false;
};

}  // namespace perfopt::bench
