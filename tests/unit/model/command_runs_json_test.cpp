// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/command_runs_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::model;

namespace {

CommandRuns document() {
  CommandRuns runs;
  runs.started = "2026-01-02T03:04:05Z";
  runs.settings.cpu = 1;
  runs.settings.seed = 42;
  runs.doubts = {{"shell", "finding", "advice"}};
  runs.shell.emplace();
  runs.shell->shell = "sh";
  runs.shell->wall_ns = {1e6, 1e6};
  runs.shell->median_ns = {1e6, 1e6, 1e6};
  MeasuredCommand command;
  command.name = "sort";
  command.command = "sort 5";
  command.parameters = {{"n", "5"}};
  command.runs = {{3e6, 0.5e6}, {1e6, 2e6}, {0, 0}, {100, 200}, {1, 2}, {0, 0}, {1, 1}, {0, 0}, {0, 137}, {0, 1}};
  command.summary = CommandSummary{1e6, 1.4e6, {1e6, 0, 2e6}, 0, 2e6, 1.5e6, 0, 150};
  runs.commands = {command, MeasuredCommand{}};
  runs.commands[1].name = runs.commands[1].command = "failed";
  runs.commands[1].failure = "ended with exit code 1";
  return runs;
}

}  // namespace

TEST_CASE("what is written is read again, all of it") {
  const std::string text = to_json_text(document());
  const CommandRuns read = commands_from_json(text, "x.json");
  CHECK(to_json_text(read) == text);
  CHECK(read.commands[0].runs.exit_codes == std::vector<std::uint32_t>{0, 137});
  CHECK(read.settings.cpu == 1U);
  CHECK(read.shell->median_ns.estimate == 1e6);
}

TEST_CASE("what is no such document is refused with its place") {
  const std::string good = to_json_text(document());
  CHECK_THROWS_AS((void)commands_from_json("", "x.json"), BadInput);
  CHECK_THROWS_AS((void)commands_from_json("{}", "x.json"), BadInput);
  CHECK_THROWS_AS((void)commands_from_json(good.substr(0, good.size() / 2), "x.json"), BadInput);
  CHECK_THROWS_AS((void)commands_from_json(R"({"schema": "perfopt.suite", "schema_version": 1})", "x"), BadInput);
  CHECK_THROWS_AS((void)commands_from_json(R"({"schema": "perfopt.commands", "schema_version": 99})", "x"), BadInput);
  auto json = nlohmann::json::parse(good);
  json["commands"][0]["runs"]["user_ns"] = {1.0};
  CHECK_THROWS_WITH_AS(
      (void)commands_from_json(json.dump(), "x.json"),
      "x.json: commands.commands[0].runs: columns of 2 and of 1 runs; the file was changed after it was "
      "written",
      BadInput);
  json = nlohmann::json::parse(good);
  json["commands"][0]["runs"]["wall_ns"] = "soon";
  CHECK_THROWS_WITH_AS((void)commands_from_json(json.dump(), "x.json"), doctest::Contains("runs.wall_ns"), BadInput);
  json = nlohmann::json::parse(good);
  json["commands"][0].erase("name");
  CHECK_THROWS_WITH_AS((void)commands_from_json(json.dump(), "x.json"), doctest::Contains("'name' is missing"),
                       BadInput);
}

TEST_CASE("hyperfine's form has its fields, in seconds, without the shell") {
  const auto json = nlohmann::json::parse(hyperfine_json_text(document()));
  REQUIRE(json["results"].size() == 1);
  const auto& result = json["results"][0];
  CHECK(result["command"] == "sort");
  CHECK(result["mean"] == 1e-3);
  CHECK(result["times"][0].get<double>() == doctest::Approx(2e-3));
  CHECK(result["times"][1] == 0.0);
  CHECK(result["exit_codes"] == nlohmann::json::array({0, 137}));
  CHECK(result["parameters"] == nlohmann::json{{"n", "5"}});
  for (const char* field : {"stddev", "median", "user", "system", "min", "max", "memory_usage_byte"}) {
    CHECK(result.contains(field));
  }
}
