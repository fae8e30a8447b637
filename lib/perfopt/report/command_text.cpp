// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/command_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/command_order.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::CommandRuns;
using model::CommandSummary;
using model::MeasuredCommand;

constexpr std::size_t kNameWidth = 60;
constexpr unsigned kWide = 110;

std::string time_text(double ns, TimeUnit unit) {
  if (unit == TimeUnit::automatic) return format_duration_ns(ns);
  const auto& [name, scale] = unit_scale(unit);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f %s", ns / scale < 10 ? 3 : 1, ns / scale, name);
  return text.data();
}

std::string interval_text(const model::Interval& interval, TimeUnit unit) {
  return time_text(interval.low, unit) + " to " + time_text(interval.high, unit);
}

std::string memory_text(const CommandRuns& document, const CommandSummary& summary) {
  const auto floor = static_cast<double>(document.settings.rss_floor_bytes);
  return summary.peak_rss_bytes > floor ? format_bytes(summary.peak_rss_bytes) : "below " + format_bytes(floor);
}

std::string plus_minus(const CommandSummary& summary, TimeUnit unit) {
  return time_text(summary.mean_ns, unit) + (summary.stddev_ns ? " +- " + time_text(*summary.stddev_ns, unit) : "");
}

std::string name_of(const MeasuredCommand& command) {
  return printable(command.name, kNameWidth);
}

// "1.31x slower (1.28x to 1.35x)" than the reference.
std::string relative_words(const MeasuredCommand& command) {
  const model::Interval& ratio = *command.relative;
  const bool slower = ratio.estimate >= 1;
  const double low = slower ? ratio.low : 1 / ratio.high;
  const double high = slower ? ratio.high : 1 / ratio.low;
  const double estimate = slower ? ratio.estimate : 1 / ratio.estimate;
  return format_ratio(estimate) + (slower ? " slower" : " faster") + " (95 %: " + format_ratio(low) + " to " +
         format_ratio(high) + ")";
}

std::string answer_alone(const CommandRuns& document, const CommandTextOptions& options) {
  const MeasuredCommand& command = document.commands.front();
  if (!command.summary) return name_of(command) + ": not measured\n";
  const CommandSummary& summary = *command.summary;
  const TimeUnit unit = options.unit;
  std::string text = name_of(command) + ": " + painted(plus_minus(summary, unit), Ink::strong, options.color) +
                     "  (mean and standard deviation of " + format_count(command.runs.wall_ns.size()) + " runs)\n";
  text += "  median  " + time_text(summary.median_ns.estimate, unit) +
          "  (95 %: " + interval_text(summary.median_ns, unit) + ")\n";
  text += "  range   " + time_text(summary.min_ns, unit) + " to " + time_text(summary.max_ns, unit) + "\n";
  text +=
      "  CPU     user " + time_text(summary.user_ns, unit) + ", system " + time_text(summary.system_ns, unit) + "\n";
  text += "  memory  " + memory_text(document, summary) + " at its peak\n";
  if (!command.failure.empty()) text += "  " + printable(command.failure) + "\n";
  return text;
}

std::string answer_of_several(const CommandRuns& document, const CommandTextOptions& options) {
  const auto order =
      ordered(document, options.order == CommandOrder::automatic ? CommandOrder::mean_time : options.order);
  const auto reference = std::ranges::find_if(order, [](const MeasuredCommand* one) { return one->reference; });
  if (reference == order.end()) return "";
  std::string text = painted(name_of(**reference), Ink::strong, options.color) +
                     (*reference == fastest(document) ? " is the fastest\n" : " is the reference\n");
  for (const MeasuredCommand* command : order) {
    if (!command->relative) continue;
    const bool unsure = command->relative->low <= 1 && command->relative->high >= 1;
    text += "  " + name_of(*command) + ": " +
            painted(relative_words(*command), unsure ? Ink::doubtful : Ink::plain, options.color) +
            (unsure ? ", which may be nothing" : "") + "\n";
  }
  return text;
}

}  // namespace

std::string command_table(const CommandRuns& document, const CommandTextOptions& options) {
  // Names are what gives way in a narrow terminal; they need the room more than these.
  const bool wide = options.width >= kWide;
  std::vector<TextTable::Column> columns{{"command", false, kNameWidth}};
  for (const char* head : {"mean", "+-", "median", "min", "max", "runs"}) columns.push_back({head});
  if (wide) columns.insert(columns.end(), {{"user"}, {"system"}});
  TextTable table(columns);
  const auto by = options.order == CommandOrder::automatic ? CommandOrder::command : options.order;
  for (const MeasuredCommand* command : ordered(document, by)) {
    if (!command->summary) {
      table.add({name_of(*command), "-"}, Ink::bad);
      continue;
    }
    const CommandSummary& one = *command->summary;
    const auto text = [&](double ns) { return time_text(ns, options.unit); };
    std::vector<std::string> cells{
        name_of(*command), text(one.mean_ns), one.stddev_ns ? text(*one.stddev_ns) : "", text(one.median_ns.estimate),
        text(one.min_ns),  text(one.max_ns),  format_count(command->runs.wall_ns.size())};
    if (wide) cells.insert(cells.end(), {text(one.user_ns), text(one.system_ns)});
    table.add(std::move(cells));
  }
  std::string text = table.text("  ", options.width, options.color);
  for (const MeasuredCommand& command : document.commands) {
    if (!command.failure.empty()) text += wrapped(printable(command.failure), "  ", options.width);
  }
  return text;
}

std::string command_doubts_text(const CommandRuns& document, const CommandTextOptions& options) {
  std::string text;
  for (const std::vector<model::Doubt>* doubts : {&document.doubts, &document.environment.doubts}) {
    for (const model::Doubt& doubt : *doubts) {
      text += wrapped(printable(doubt.finding) + "; " + printable(doubt.advice), "  " + doubt.subject + ": ",
                      options.width);
    }
  }
  return text.empty() ? "" : "\nDoubtful\n" + text;
}

std::string command_text(const CommandRuns& document, const CommandTextOptions& options) {
  std::string text = document.complete ? "" : "interrupted; this is what was measured until then\n";
  if (document.commands.size() == 1) {
    text += answer_alone(document, options);
  } else {
    text += answer_of_several(document, options) + "\n" + command_table(document, options);
  }
  return text + command_doubts_text(document, options);
}

}  // namespace perfopt::report
