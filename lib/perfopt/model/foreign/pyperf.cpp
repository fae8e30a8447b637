// SPDX-License-Identifier: Apache-2.0
// pyperf, JSON of format 1.0: what `-o FILE` writes.
//
// Samples are the values of all runs, already for one execution; warm-ups and runs that calibrate are left out. Name
// and unit are metadata, which a run inherits from its benchmark and that from the file.
#include "perfopt/model/foreign/reader.hpp"

namespace perfopt::model::foreign {
namespace {

bool recognises(const Json& root) {
  return root.is_object() && root.contains("version") && has_rows(root, "benchmarks", "runs");
}

// The innermost of what the levels tell; "" for nothing.
std::string inherited(const char* name, std::initializer_list<const Field*> levels) {
  std::string value;
  for (const Field* level : levels) {
    const auto metadata = level->find("metadata");
    if (!metadata) continue;
    if (const auto found = metadata->find(name)) value = found->scalar_text();
  }
  return value;
}

void set_unit(const Field& benchmark, const std::string& unit, Result& result) {
  if (unit.empty() || unit == "second") {
    for (double& value : result.samples) value *= 1e9;
  } else if (unit == "byte") {
    result.unit = "bytes";
    result.metric = "bytes";
  } else if (unit == "integer") {
    result.unit = "1";
    result.metric = "count";
  } else {
    benchmark.refuse("unit '" + unit + "' is none of second, byte, integer");
  }
}

Result result_of(const Field& root, const Field& benchmark) {
  Result result;
  std::string unit = inherited("unit", {&root, &benchmark});
  for (const Field& run : benchmark.at("runs").items()) {
    const auto values = run.find("values");
    if (!values) continue;
    const auto more = values->quantities();
    result.samples.insert(result.samples.end(), more.begin(), more.end());
    const std::string own = inherited("unit", {&root, &benchmark, &run});
    if (!unit.empty() && own != unit) run.refuse("unit '" + own + "' differs from '" + unit + "' of the benchmark");
    unit = own;
    if (result.name.empty()) result.name = inherited("name", {&root, &benchmark, &run});
  }
  if (result.name.empty()) result.name = inherited("name", {&root, &benchmark});
  if (result.name.empty()) result.name = "benchmark";  // pyperf lets one be without
  set_unit(benchmark, unit, result);
  return result;
}

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  const auto benchmarks = root.at("benchmarks").items();
  for (const Field& benchmark : benchmarks) set.results.push_back(result_of(root, benchmark));
  const Field& first = benchmarks.front();
  set.environment.host = inherited("hostname", {&root, &first});
  set.environment.cpu_model = inherited("cpu_model_name", {&root, &first});
  set.environment.os = inherited("platform", {&root, &first});
  const std::string version = inherited("python_version", {&root, &first});
  if (!version.empty()) set.environment.compiler = "Python " + version;
  if (const auto metadata = root.find("metadata")) {
    if (const auto load = metadata->find("load_avg_1min")) set.environment.load_average = load->quantity();
    if (const auto cpus = metadata->find("cpu_count")) set.environment.cpus_online = cpus->small_count();
  }
  const auto runs = first.at("runs").items();
  if (!runs.empty()) set.started = utc(inherited("date", {&root, &first, &runs.front()}));
  return set;
}

}  // namespace

Reader pyperf() {
  return {"pyperf", "pyperf", recognises, read};
}

}  // namespace perfopt::model::foreign
