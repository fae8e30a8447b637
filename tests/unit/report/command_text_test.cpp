// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/command_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "perfopt/stats/command_summary.hpp"

using namespace perfopt;
using namespace perfopt::report;

namespace {

model::MeasuredCommand command_of(const std::string& name, double wall_ns) {
  model::MeasuredCommand command;
  command.name = command.command = name;
  for (std::uint32_t i = 0; i < 8; ++i) {
    command.runs.wall_ns.push_back(wall_ns * (i % 2 == 0 ? 0.99 : 1.01));
    command.runs.user_ns.push_back(wall_ns / 2);
    command.runs.system_ns.push_back(wall_ns / 4);
    command.runs.peak_rss_bytes.push_back(50 << 20);
    command.runs.exit_codes.push_back(0);
    command.runs.round.push_back(i);
  }
  return command;
}

model::CommandRuns document_of(const std::vector<model::MeasuredCommand>& commands) {
  model::CommandRuns document;
  document.commands = commands;
  stats::summarize(document);
  return document;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_CASE("one command: the answer stands in the first line") {
  const std::string text = command_text(document_of({command_of("sort x", 12e6)}), {});
  CHECK(text.starts_with("sort x: 12.0 ms +- 128 us"));
  CHECK(text.find("8 runs") != std::string::npos);
  CHECK(text.find("user 6.00 ms, system 3.00 ms") != std::string::npos);
  CHECK(text.find("50.0 MiB at its peak") != std::string::npos);
}

TEST_CASE("memory that cannot be told is not told") {
  model::CommandRuns document = document_of({command_of("x", 1e6)});
  document.settings.rss_floor_bytes = 64 << 20;
  CHECK(command_text(document, {}).find("below 64.0 MiB") != std::string::npos);
}

TEST_CASE("several: the fastest first, the others by time, each with its interval") {
  const std::string text =
      command_text(document_of({command_of("slow", 30e6), command_of("fast", 10e6), command_of("middle", 20e6)}), {});
  CHECK(text.starts_with("fast is the fastest\n  middle: 2.00x slower (95 %: "));
  CHECK(text.find("middle:") < text.find("slow:"));
  CHECK(text.find("3.00x slower") != std::string::npos);
}

TEST_CASE("a chosen reference is named, and faster is said as such") {
  auto commands = std::vector{command_of("old", 30e6), command_of("new", 10e6)};
  commands[0].reference = true;
  const std::string text = command_text(document_of(commands), {});
  CHECK(text.starts_with("old is the reference\n  new: 3.00x faster"));
}

TEST_CASE("a failure is shown beside what was measured") {
  auto commands = std::vector{command_of("a", 1e6), model::MeasuredCommand{}};
  commands[1].name = "b";
  commands[1].failure = "'b' ended with exit code 1";
  const std::string text = command_text(document_of(commands), {});
  CHECK(text.find("'b' ended with exit code 1") != std::string::npos);
}

TEST_CASE("names that others wrote cannot write to the terminal") {
  const std::string text = command_text(document_of({command_of("a\x1b[31mb\nc", 1e6)}), {});
  CHECK(text.find('\x1b') == std::string::npos);
}

TEST_CASE("exports have hyperfine's columns") {
  auto document = document_of({command_of("a,\"b\"", 20e6), command_of("c|d", 10e6)});
  document.commands[0].parameters = {{"n", "1"}};
  document.commands[1].parameters = {{"n", "2"}};
  const std::string csv = command_export(document, CommandExport::csv, {});
  CHECK(csv.starts_with("command,mean,stddev,median,user,system,min,max,parameter_n\n\"a,\"\"b\"\"\",0.02"));
  CHECK(lines_in(csv) == 3);
  const std::string markdown = command_export(document, CommandExport::markdown, {});
  CHECK(markdown.starts_with("| Command | Mean [ms] | Min [ms] | Max [ms] | Relative |\n|:---|---:|---:|---:|---:|\n"));
  CHECK(markdown.find("| `c\\|d` | 10.0 ± 0.1 | 9.9 | 10.1 | 1.00 |\n") != std::string::npos);
  CHECK(markdown.find("| 2.00 ± 0.03 |") != std::string::npos);
  const std::string org = command_export(document, CommandExport::orgmode, {});
  CHECK(org.find("|--+--+--+--+--|\n| =a,\"b\"=  |  20.0 ± 0.2 |") != std::string::npos);
  const std::string ascii = command_export(document, CommandExport::asciidoc, {});
  CHECK(ascii.starts_with("[cols=\"<,>,>,>,>\"]\n|===\n| Command \n| Mean [ms] \n"));
  CHECK(ascii.ends_with("|===\n"));
}

TEST_CASE("order and unit of exports can be chosen") {
  const auto document = document_of({command_of("slow", 20e6), command_of("fast", 10e6)});
  CommandTextOptions options;
  CHECK(command_export(document, CommandExport::markdown, options).find("slow") <
        command_export(document, CommandExport::markdown, options).find("fast"));
  options.order = CommandOrder::mean_time;
  options.unit = TimeUnit::second;
  const std::string text = command_export(document, CommandExport::markdown, options);
  CHECK(text.find("fast") < text.find("slow"));
  CHECK(text.find("Mean [s]") != std::string::npos);
  CHECK(text.find("0.010 ± 0.000") != std::string::npos);
}

TEST_CASE("benchstat reads a line a run") {
  const std::string text = command_export(document_of({command_of("./sort -n 8", 10e6)}), CommandExport::benchstat, {});
  CHECK(lines_in(text) == 8);
  CHECK(text.starts_with("BenchmarkCommand/./sort__n_8 1 9900000 ns/op 5000000 user-ns/op 2500000 sys-ns/op\n"));
}
