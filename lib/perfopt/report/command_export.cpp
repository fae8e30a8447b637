// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/report/command_order.hpp"
#include "perfopt/report/command_text.hpp"
#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

using model::CommandRuns;
using model::CommandSummary;
using model::MeasuredCommand;

constexpr double kNsPerSecond = 1e9;

std::string number(const char* format, double value) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

// RFC 4180, with quotes only where they are needed, as hyperfine writes it.
std::string csv_field(const std::string& text) {
  return text.find_first_of(",\"\r\n") == std::string::npos ? text : csv_text(text);
}

std::string csv(const CommandRuns& document) {
  std::string text = "command,mean,stddev,median,user,system,min,max";
  for (const MeasuredCommand& command : document.commands) {
    if (&command != &document.commands.front()) break;
    for (const auto& [name, value] : command.parameters) text += "," + csv_field("parameter_" + name);
  }
  text += "\n";
  for (const MeasuredCommand& command : document.commands) {
    if (!command.summary) continue;
    const CommandSummary& one = *command.summary;
    text += csv_field(command.name);
    for (const double ns : {one.mean_ns, one.stddev_ns.value_or(0), one.median_ns.estimate, one.user_ns, one.system_ns,
                            one.min_ns, one.max_ns}) {
      text += "," + number("%.17g", ns / kNsPerSecond);
    }
    for (const auto& [name, value] : command.parameters) text += "," + csv_field(value);
    text += "\n";
  }
  return text;
}

// A table's form: what stands before, between and after cells.
struct Markup {
  std::string_view begin, end, row_begin, first_gap, gap, row_end, divider, code_begin, code_end;
};

constexpr Markup kMarkdown{"", "", "| ", " | ", " | ", " |\n", "|:---|---:|---:|---:|---:|\n", "`", "`"};
constexpr Markup kAsciidoc{"[cols=\"<,>,>,>,>\"]\n|===", "|===\n", "\n| ", " \n| ", " \n| ", " \n", "", "`", "`"};
constexpr Markup kOrgmode{"", "", "| ", "  |  ", " |  ", " |\n", "|--+--+--+--+--|\n", "=", "="};

std::string row(const Markup& markup, const std::array<std::string, 5>& cells) {
  std::string text(markup.row_begin);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) text += i == 1 ? markup.first_gap : markup.gap;
    text += cells[i];
  }
  return text + std::string(markup.row_end);
}

// Cells end at a bar, lines at a line feed.
std::string cell_text(const std::string& name) {
  std::string text;
  for (const char c : printable(name, std::numeric_limits<std::size_t>::max())) {
    text += c == '|' ? std::string("\\|") : std::string(1, c);
  }
  return text;
}

// The deviation of a ratio of means, as hyperfine tells it: both taken as independent.
std::string relative_text(const CommandSummary& one, const MeasuredCommand& reference, bool is_reference) {
  const CommandSummary& other = *reference.summary;
  // hyperfine divides the longer by the shorter.
  const double ratio = std::max(one.mean_ns, other.mean_ns) / std::min(one.mean_ns, other.mean_ns);
  std::string text = number("%.2f", is_reference ? 1 : ratio);
  if (is_reference || !one.stddev_ns || !other.stddev_ns) return text;
  return text + " ± " +
         number("%.2f", ratio * std::hypot(*one.stddev_ns / one.mean_ns, *other.stddev_ns / other.mean_ns));
}

TimeUnit unit_for(const MeasuredCommand* first) {
  constexpr double kShortNs = 1e6;
  if (first == nullptr || first->summary->mean_ns >= kNsPerSecond) return TimeUnit::second;
  return first->summary->mean_ns < kShortNs ? TimeUnit::microsecond : TimeUnit::millisecond;
}

std::string table(const CommandRuns& document, const Markup& markup, const CommandTextOptions& options) {
  std::vector<const MeasuredCommand*> measured = ordered(document, options.order);
  std::erase_if(measured, [](const MeasuredCommand* one) { return !one->summary; });
  const TimeUnit unit =
      options.unit == TimeUnit::automatic ? unit_for(measured.empty() ? nullptr : measured.front()) : options.unit;
  const auto [name, scale] = unit_scale(unit);
  // Without a chosen reference, the fastest: relative speeds are at least 1 then.
  const auto chosen = std::ranges::find_if(measured, [](const MeasuredCommand* one) { return one->reference; });
  const MeasuredCommand* reference = chosen == measured.end() ? fastest(document) : *chosen;
  const auto time = [scale](double ns) { return number(scale >= kNsPerSecond ? "%.3f" : "%.1f", ns / scale); };
  const std::string in = std::string(" [") + name + "]";
  std::string text = std::string(markup.begin) +
                     row(markup, {"Command", "Mean" + in, "Min" + in, "Max" + in, "Relative"}) +
                     std::string(markup.divider);
  for (const MeasuredCommand* command : measured) {
    const CommandSummary& one = *command->summary;
    text += row(markup, {std::string(markup.code_begin) + cell_text(command->name) + std::string(markup.code_end),
                         time(one.mean_ns) + (one.stddev_ns ? " ± " + time(*one.stddev_ns) : ""), time(one.min_ns),
                         time(one.max_ns), relative_text(one, *reference, command == reference)});
  }
  return text + std::string(markup.end);
}

// A benchmark's name has no blanks and starts with an upper-case letter after "Benchmark"; "-N" at its end would be
// read as a number of CPUs.
std::string benchmark_name(const std::string& name) {
  std::string text = "BenchmarkCommand/";
  for (const char c : name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("._=+:,/").find(c) != std::string_view::npos;
    text += plain ? c : '_';
  }
  return text;
}

// One figure of one run, the shell's share of it taken off.
std::string figure(const std::vector<double>& values, std::size_t index, double shell_ns, const char* unit) {
  if (index >= values.size()) return "";
  return " " + number("%.0f", std::max(0.0, values[index] - shell_ns)) + unit;
}

std::string benchstat(const CommandRuns& document) {
  const model::ShellCost shell = document.shell.value_or(model::ShellCost{});
  std::string text;
  for (const MeasuredCommand& command : document.commands) {
    const std::string name = benchmark_name(command.name);
    for (std::size_t i = 0; i < command.runs.wall_ns.size(); ++i) {
      text += name + " 1" + figure(command.runs.wall_ns, i, shell.median_ns.estimate, " ns/op") +
              figure(command.runs.user_ns, i, shell.median_user_ns, " user-ns/op") +
              figure(command.runs.system_ns, i, shell.median_system_ns, " sys-ns/op") + "\n";
    }
  }
  return text;
}

}  // namespace

std::vector<const MeasuredCommand*> ordered(const CommandRuns& document, CommandOrder order) {
  std::vector<const MeasuredCommand*> commands;
  for (const MeasuredCommand& command : document.commands) commands.push_back(&command);
  if (order != CommandOrder::mean_time) return commands;
  const auto time = [](const MeasuredCommand* one) {
    return one->summary ? one->summary->mean_ns : std::numeric_limits<double>::infinity();
  };
  std::ranges::stable_sort(commands, {}, time);
  return commands;
}

const MeasuredCommand* fastest(const CommandRuns& document) {
  const auto commands = ordered(document, CommandOrder::mean_time);
  return commands.empty() || !commands.front()->summary ? nullptr : commands.front();
}

std::pair<const char*, double> unit_scale(TimeUnit unit) {
  if (unit == TimeUnit::second) return {"s", kNsPerSecond};
  return unit == TimeUnit::microsecond ? std::pair{"µs", 1e3} : std::pair{"ms", 1e6};
}

std::string command_export(const CommandRuns& document, CommandExport form, const CommandTextOptions& options) {
  switch (form) {
    case CommandExport::csv:
      return csv(document);
    case CommandExport::markdown:
      return table(document, kMarkdown, options);
    case CommandExport::asciidoc:
      return table(document, kAsciidoc, options);
    case CommandExport::orgmode:
      return table(document, kOrgmode, options);
    case CommandExport::benchstat:
      break;
  }
  return benchstat(document);
}

}  // namespace perfopt::report
