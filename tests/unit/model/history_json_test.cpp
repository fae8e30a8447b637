// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/history_json.hpp"

#include <string>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"

using namespace perfopt;
using namespace perfopt::model;

namespace {

History full() {
  History history;
  HistoryRun run;
  run.started = "2026-11-21T00:00:00Z";
  run.commit = "c0ffee";
  run.dirty = true;
  run.environment = fingerprint_of("here");
  run.baselines = {"release"};
  run.results.push_back({"rate \"x\"\n", "items/s", true, 1.5, 1, 2, 3, {1, 1.5, 2}});
  run.id = id_of(run);
  history.runs.push_back(run);
  HistorySeries series;
  series.name = "sort";
  series.points.push_back({run.id, run.started, "c0ffee", "main", "v1", true, 1, 1, 1, 1});
  series.changes.push_back({0, "a", "b", run.started, {1.1, 1.05, 1.15}, true, true});
  series.trend = HistoryTrend{{1.01, 1, 1.02}, Interval{1.1, 1, 1.2}, 20, true};
  history.series.push_back(series);
  history.baselines.push_back({"release", run.environment, "here", run.id, run.started, "c0ffee", "v1"});
  return history;
}

std::string message_of(std::string_view text) {
  try {
    (void)history_from_json(text, "h.json");
  } catch (const BadInput& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("a history is read back as it was written, also from one line") {
  const History history = full();
  const std::string text = to_json_text(history);
  CHECK(to_json_text(history_from_json(text, "h.json")) == text);
  const std::string line = to_json_line(history);
  CHECK(line.find('\n') == line.size() - 1);
  CHECK(to_json_text(history_from_json(line, "h.json")) == text);
  CHECK(id_of(history_from_json(line, "h.json").runs[0]) == history.runs[0].id);
}

TEST_CASE("what is no history is refused with the field") {
  CHECK(message_of("{}").find("field 'schema' is not 'perfopt.history'") != std::string::npos);
  CHECK(message_of(R"({"schema": "perfopt.history", "schema_version": 2})").find("newer") != std::string::npos);
  CHECK(message_of(R"({"schema": "perfopt.history", "schema_version": 1, "runs": [{}]})") ==
        "h.json: history.runs[0]: field 'id' is missing");
  CHECK(message_of("{\"schema\": ").find("broken JSON") != std::string::npos);
}

TEST_CASE("an environment is what matters, not what changes from hour to hour") {
  Environment environment;
  CHECK(machine_text(environment) == "unknown");
  environment.cpu_model = "Xeon";
  environment.cpus_online = 4;
  environment.cpus_allowed = 2;
  environment.memory_bytes = 33'300'000'000;
  environment.kernel = "Linux 6.1.0-18-amd64";
  environment.os = "Debian 12";
  environment.governor = "performance";
  environment.compiler = "g++ 12.2.0";
  CHECK(machine_text(environment) == "Xeon, 2 CPUs, 32 GiB, Linux 6.1, Debian 12, performance, g++ 12.2.0");
  const std::string before = machine_text(environment);
  environment.host = "runner-17";
  environment.load_average = 3.5;
  environment.memory_bytes -= 500'000'000;
  environment.kernel = "Linux 6.1.99";
  CHECK(machine_text(environment) == before);
  CHECK(fingerprint_of(before) == fingerprint_of(machine_text(environment)));
  CHECK(fingerprint_of("Xeon") != fingerprint_of("Epyc"));
  CHECK(fingerprint_of("").size() == 16);
}
