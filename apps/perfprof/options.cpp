// SPDX-License-Identifier: Apache-2.0
#include "options.hpp"

#include <charconv>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/core/shell_word.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/prof/launch/script.hpp"
#include "perfopt/report/profile_text.hpp"

namespace perfprof {
namespace {

using perfopt::BadInput;
namespace cli = perfopt::cli;
namespace prof = perfopt::prof;

constexpr const char* kWhat = "What to profile";
constexpr const char* kHow = "How to record";
constexpr const char* kResult = "Results";

constexpr double kMaxRate = 20'000;

template <class Number>
Number parse_number(const std::string& text, const std::string& flag, Number least, Number most) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !(value >= least && value <= most)) {
    const auto whole = [](Number bound) { return std::to_string(static_cast<long long>(bound)); };
    throw BadInput(flag + " " + text + ": expected a number from " + whole(least) + " to " + whole(most));
  }
  return value;
}

prof::Mode parse_mode(const std::string& text) {
  constexpr std::string_view kNames[] = {"cpu", "wall", "offcpu", "alloc", "io", "calls"};
  cli::require_choice("--mode", text, {std::begin(kNames), std::end(kNames)});
  std::size_t index = 0;
  while (kNames[index] != text) ++index;
  return static_cast<prof::Mode>(index);
}

void refuse_two_targets(const Options& o) {
  const int named = (o.script.empty() ? 0 : 1) + (o.module.empty() ? 0 : 1) + (o.pid.empty() ? 0 : 1) +
                    (o.script.empty() && o.module.empty() && !o.command.empty() ? 1 : 0);
  if (named > 1) throw BadInput("--script, --module, --pid and -- COMMAND name different things to profile; give one");
  if (!o.args.empty() && o.script.empty() && o.module.empty()) {
    throw BadInput("--args: the words of a --script or --module; those of a command stand behind it, after --");
  }
  if (!o.duration.empty() && o.pid.empty()) {
    throw BadInput("--duration: a command is recorded until it ends; it goes with --pid");
  }
}

}  // namespace

bool Options::selects() const {
  return !script.empty() || !module.empty() || !pid.empty() || !command.empty();
}

void add_options(CLI::App& app, Options& o) {
  cli::add_text_option(app, "--script", o.script, "FILE", "a Python, Node or shell script, or any executable", kWhat);
  app.add_option("--args", o.args, "arguments of the script or module; those that start with - stand after --")
      ->type_name("WORD")
      ->group(kWhat);
  cli::add_text_option(app, "--module", o.module, "NAME", "a Python module, as python3 -m NAME", kWhat);
  cli::add_text_option(app, "--pid", o.pid, "N", "a process that runs already, until it ends, --duration or Ctrl-C",
                       kWhat);
  cli::add_text_option(app, "--duration", o.duration, "DURATION", "how long to record --pid: 10s, 2min", kWhat);
  app.add_option("command", o.command, "after --: a command with its arguments, run as it stands")
      ->type_name("COMMAND")
      ->group(kWhat);
  cli::add_text_option(app, "--mode", o.mode, "cpu|wall|offcpu|alloc|io|calls",
                       "what the answer is about: time on a CPU, all time, waits, memory, files, exact calls", kHow);
  cli::add_text_option(app, "--backend", o.backend, "auto|perf_event|ptrace|sampler|procfs", "how to record it", kHow);
  cli::add_text_option(app, "--rate", o.rate, "HZ", "samples a second of each CPU (999)", kHow);
  cli::add_flag(app, "--no-kernel", o.no_kernel, "leave out the kernel's frames", kHow);
  cli::add_flag(app, "--no-inlines", o.no_inlines, "do not unfold inlined functions: names are found faster", kHow);
  o.report_option = cli::add_text_option(app, "--report", o.report, "FILE",
                                         "one HTML page, in FILE, beside --output or in profile.html", kResult)
                        ->expected(0, 1);
  cli::add_text_option(app, "--top", o.top, "N", "rows to show (10)", kResult);
  cli::add_text_option(app, "--by", o.by, perfopt::report::kProfileGroups, "what to list (function)", kResult);
  cli::add_flag(app, "--tree", o.tree, "show the call tree as well", kResult);
  // Written before the first -- by main(): CLI11 would take that for the end of a list of values and forget it.
  app.add_flag(kEndOfLists)->group("");
  cli::add_flag(app, "--doctor", o.doctor, "tell what this machine allows, and what would allow the rest", kResult);
}

prof::RecordOptions record_options(const Options& o) {
  refuse_two_targets(o);
  prof::RecordOptions record;
  record.mode = parse_mode(o.mode);
  record.rate_hz = parse_number<double>(o.rate, "--rate", 1, kMaxRate);
  if (!o.duration.empty()) record.duration_s = perfopt::parse_duration_s(o.duration, "--duration");
  record.kernel = !o.no_kernel;
  return record;
}

std::optional<prof::TargetCommand> target_command(const Options& o) {
  if (!o.pid.empty()) return std::nullopt;
  std::vector<std::string> args = o.args;
  if (!o.script.empty() || !o.module.empty()) args.insert(args.end(), o.command.begin(), o.command.end());
  if (!o.script.empty()) return prof::script_command(o.script, args);
  if (!o.module.empty()) return prof::module_command(o.module, args);
  prof::TargetCommand command;
  command.words = o.command;
  command.told = perfopt::shell_words(o.command);
  return command;
}

pid_t target_pid(const Options& o) {
  return parse_number<pid_t>(o.pid, "--pid", 1, std::numeric_limits<pid_t>::max());
}

std::size_t top_of(const Options& o) {
  constexpr std::size_t kMost = 10'000;
  return parse_number<std::size_t>(o.top, "--top", 1, kMost);
}

perfopt::stats::GroupBy group_of(const Options& o) {
  return perfopt::report::profile_group(o.by);
}

std::string page_path(const Options& o) {
  if (!o.wants_page()) return "";
  if (!o.report.empty()) return o.report;
  if (cli::to_file(o.common.output)) return std::filesystem::path(o.common.output).replace_extension(".html").string();
  return "profile.html";
}

}  // namespace perfprof
