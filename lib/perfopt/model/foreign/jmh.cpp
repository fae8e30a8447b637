// SPDX-License-Identifier: Apache-2.0
// JMH, -rf json: the score of each iteration of each fork.
//
// Scores are a time for one operation ("us/op") or a rate ("ops/ms", more is better), which becomes operations a
// second. Another mode than the average time stands behind the name, since one benchmark may be measured in several.
// Where jmh.json.rawData is off, or the mode is a histogram of single calls, the score alone is there. Secondary
// metrics (of profilers) are left out.
#include "perfopt/model/foreign/reader.hpp"

namespace perfopt::model::foreign {
namespace {

bool recognises(const Json& root) {
  return root.is_array() && !root.empty() && root.front().is_object() && root.front().contains("primaryMetric");
}

std::string name_of(const Field& entry) {
  std::string name = entry.at("benchmark").text();
  if (const auto parameters = entry.find("params")) {
    for (const Field& parameter : parameters->members()) {
      name += ":" + parameter.name() + "=" + parameter.scalar_text();
    }
  }
  const std::string mode = entry.at("mode").text();
  return mode == "avgt" ? name : name + " [" + mode + "]";
}

// What a score is multiplied by; sets unit and direction.
double scale_of(const Field& unit, Result& result) {
  const std::string text = unit.text();
  const auto slash = text.find('/');
  const std::string above = text.substr(0, slash);
  const std::string below = slash == std::string::npos ? "" : text.substr(slash + 1);
  if (below == "op" && nanoseconds_of(above) > 0) return nanoseconds_of(above);
  if (above != "ops" || nanoseconds_of(below) == 0) {
    unit.refuse("'" + text + "' is no time of an operation (us/op) and no rate of operations (ops/s)");
  }
  result.unit = "ops/s";
  result.metric = "rate";
  result.higher_is_better = true;
  return 1e9 / nanoseconds_of(below);
}

Result result_of(const Field& entry) {
  Result result;
  result.name = name_of(entry);
  const Field metric = entry.at("primaryMetric");
  const double scale = scale_of(metric.at("scoreUnit"), result);
  const auto raw = metric.find("rawData");
  for (const Field& fork : raw ? raw->items() : std::vector<Field>{}) {
    const auto scores = fork.quantities();
    result.samples.insert(result.samples.end(), scores.begin(), scores.end());
  }
  if (result.samples.empty()) result.samples = {metric.at("score").quantity()};
  for (double& value : result.samples) value *= scale;
  return result;
}

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  const auto entries = root.items();
  for (const Field& entry : entries) set.results.push_back(result_of(entry));
  const std::string machine = entries.front().text_or_empty("vmName");
  const std::string version = entries.front().text_or_empty("vmVersion");
  set.environment.compiler = machine + (machine.empty() || version.empty() ? "" : " ") + version;
  return set;
}

}  // namespace

Reader jmh() {
  return {"jmh", "JMH", recognises, read};
}

}  // namespace perfopt::model::foreign
