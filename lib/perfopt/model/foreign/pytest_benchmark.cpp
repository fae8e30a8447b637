// SPDX-License-Identifier: Apache-2.0
// pytest-benchmark: --benchmark-json, --benchmark-autosave; versions 3 and 4.
//
// Samples are stats.data, seconds of one call in each round; a file saved without them has the median and the
// interquartile range.
#include "perfopt/model/foreign/reader.hpp"

namespace perfopt::model::foreign {
namespace {

bool recognises(const Json& root) {
  return root.is_object() && root.contains("machine_info") && root.contains("benchmarks");
}

Result result_of(const Field& entry) {
  const std::string full_name = entry.text_or_empty("fullname");
  const std::string name = full_name.empty() ? entry.at("name").text() : full_name;
  const Field stats = entry.at("stats");
  if (const auto data = stats.find("data"); data && !data->json().empty()) return timed(name, data->quantities(), 1e9);
  const double median = stats.at("median").quantity();
  Result result = timed(name, {median}, 1e9);
  if (median > 0) result.spread = stats.at("iqr").quantity() / median;
  return result;
}

void read_machine(const Field& machine, Environment& environment) {
  environment.host = machine.text_or_empty("node");
  environment.os = machine.text_or_empty("system");
  environment.kernel = machine.text_or_empty("release");
  environment.compiler = machine.text_or_empty("python_implementation") + " " + machine.text_or_empty("python_version");
  if (environment.compiler == " ") environment.compiler.clear();
  const auto cpu = machine.find("cpu");
  if (!cpu || !cpu->json().is_object()) return;
  for (const char* name : {"brand_raw", "brand"}) {
    if (environment.cpu_model.empty()) environment.cpu_model = cpu->text_or_empty(name);
  }
}

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  set.started = utc(root.text_or_empty("datetime"));
  read_machine(root.at("machine_info"), set.environment);
  if (const auto commit = root.find("commit_info"); commit && commit->json().is_object()) {
    set.commit = commit->text_or_empty("id");
    if (set.commit == "unversioned" || set.commit == "unknown") set.commit.clear();
    set.branch = commit->text_or_empty("branch");
    if (set.branch.starts_with('(')) set.branch.clear();  // "(unknown)", "(detached head)"
  }
  for (const Field& entry : root.at("benchmarks").items()) set.results.push_back(result_of(entry));
  return set;
}

}  // namespace

Reader pytest_benchmark() {
  return {"pytest-benchmark", "pytest-benchmark", recognises, read};
}

}  // namespace perfopt::model::foreign
