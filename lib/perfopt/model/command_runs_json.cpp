// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/command_runs_json.hpp"

#include <algorithm>
#include <cstddef>

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"

namespace perfopt::model {

template <class A>
void fields(A& a, CommandParameter& v) {
  a.required("name", v.name);
  a.required("value", v.value);
}

template <class A>
void fields(A& a, CommandColumns& v) {
  a.required("wall_ns", v.wall_ns);
  a("user_ns", v.user_ns);
  a("system_ns", v.system_ns);
  a("peak_rss_bytes", v.peak_rss_bytes);
  a("minor_faults", v.minor_faults);
  a("major_faults", v.major_faults);
  a("voluntary_switches", v.voluntary_switches);
  a("involuntary_switches", v.involuntary_switches);
  a("exit_codes", v.exit_codes);
  a("round", v.round);
}

template <class A>
void fields(A& a, CommandSummary& v) {
  a("mean_ns", v.mean_ns);
  a("stddev_ns", v.stddev_ns);
  a("median_ns", v.median_ns);
  a("min_ns", v.min_ns);
  a("max_ns", v.max_ns);
  a("user_ns", v.user_ns);
  a("system_ns", v.system_ns);
  a("peak_rss_bytes", v.peak_rss_bytes);
}

template <class A>
void fields(A& a, MeasuredCommand& v) {
  a.required("name", v.name);
  a.required("command", v.command);
  a("parameters", v.parameters);
  a("reference", v.reference);
  a("failure", v.failure);
  a.required("runs", v.runs);
  a("summary", v.summary);
  a("relative", v.relative);
}

template <class A>
void fields(A& a, ShellCost& v) {
  a("shell", v.shell);
  a("wall_ns", v.wall_ns);
  a("user_ns", v.user_ns);
  a("system_ns", v.system_ns);
  a("median_ns", v.median_ns);
  a("median_user_ns", v.median_user_ns);
  a("median_system_ns", v.median_system_ns);
}

template <class A>
void fields(A& a, CommandSettings& v) {
  a("cpu", v.cpu);
  a("input", v.input);
  a("output", v.output);
  a("max_time_s", v.max_time_s);
  a("seed", v.seed);
  a("rss_floor_bytes", v.rss_floor_bytes);
}

template <class A>
void fields(A& a, CommandRuns& v) {
  a("started", v.started);
  a("elapsed_s", v.elapsed_s);
  a("complete", v.complete);
  a("settings", v.settings);
  a("environment", v.environment);
  a("doubts", v.doubts);
  a("shell", v.shell);
  a.required("commands", v.commands);
}

namespace {

constexpr DocumentKind kKind = {CommandRuns::kSchema, CommandRuns::kSchemaVersion, "commands",
                                "perfbench command --output"};
constexpr double kNsPerSecond = 1e9;

// Index i of every column is the same run; a column may be left out.
void require_equal_columns(const CommandColumns& runs, const std::string& path) {
  const std::size_t count = runs.wall_ns.size();
  for (const std::size_t size : {runs.user_ns.size(), runs.system_ns.size(), runs.peak_rss_bytes.size(),
                                 runs.minor_faults.size(), runs.major_faults.size(), runs.voluntary_switches.size(),
                                 runs.involuntary_switches.size(), runs.exit_codes.size(), runs.round.size()}) {
    if (size == 0 || size == count) continue;
    throw BadInput(path + ".runs: columns of " + std::to_string(count) + " and of " + std::to_string(size) +
                   " runs; the file was changed after it was written");
  }
}

Json hyperfine_result(const CommandRuns& document, const MeasuredCommand& command) {
  const CommandSummary& summary = *command.summary;
  const double shell_ns = document.shell ? document.shell->median_ns.estimate : 0;
  Json result = Json::object();
  result["command"] = command.name;
  result["mean"] = summary.mean_ns / kNsPerSecond;
  result["stddev"] = summary.stddev_ns ? Json(*summary.stddev_ns / kNsPerSecond) : Json(nullptr);
  result["median"] = summary.median_ns.estimate / kNsPerSecond;
  result["user"] = summary.user_ns / kNsPerSecond;
  result["system"] = summary.system_ns / kNsPerSecond;
  result["min"] = summary.min_ns / kNsPerSecond;
  result["max"] = summary.max_ns / kNsPerSecond;
  Json& times = result["times"] = Json::array();
  for (const double wall_ns : command.runs.wall_ns) times.push_back(std::max(0.0, wall_ns - shell_ns) / kNsPerSecond);
  result["memory_usage_byte"] = command.runs.peak_rss_bytes;
  result["exit_codes"] = command.runs.exit_codes;
  for (const auto& [name, value] : command.parameters) result["parameters"][name] = value;
  return result;
}

}  // namespace

std::string to_json_text(const CommandRuns& document) {
  return write_document(kKind, document);
}

CommandRuns commands_from_json(std::string_view text, std::string_view origin) {
  auto document = read_document<CommandRuns>(kKind, text, origin);
  const std::string path = std::string(origin) + ": commands.commands[";
  for (std::size_t i = 0; i < document.commands.size(); ++i) {
    require_equal_columns(document.commands[i].runs, path + std::to_string(i) + "]");
  }
  return document;
}

std::string hyperfine_json_text(const CommandRuns& document) {
  Json json = Json::object();
  Json& results = json["results"] = Json::array();
  for (const MeasuredCommand& command : document.commands) {
    if (command.summary) results.push_back(hyperfine_result(document, command));
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace perfopt::model
