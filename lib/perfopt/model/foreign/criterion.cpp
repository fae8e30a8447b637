// SPDX-License-Identifier: Apache-2.0
// Criterion.rs: sample.json and estimates.json below target/criterion, and the lines of
// `cargo criterion --message-format=json`.
//
// A sample is `times[i]` nanoseconds for `iters[i]` iterations. Those files do not tell the benchmark's name: it is the
// path between "criterion" and the name of the saved baseline ("new", "base").
#include <algorithm>
#include <filesystem>

#include "perfopt/core/error.hpp"
#include "perfopt/model/foreign/reader.hpp"
#include "perfopt/model/json_text.hpp"

namespace perfopt::model::foreign {
namespace {

constexpr double kQuartilesOfNormal = 1.349;

bool is_sample(const Json& root) {
  return root.contains("iters") && root.contains("times");
}

bool recognises(const Json& root) {
  return root.is_object() && (is_sample(root) || (root.contains("mean") && root.contains("median_abs_dev")));
}

// "target/criterion/split/whitespace/600/new/sample.json" -> "split/whitespace/600".
std::string name_of(std::string_view origin) {
  const std::filesystem::path directory = std::filesystem::path(origin).parent_path().parent_path();
  const auto from = std::ranges::find(directory, std::filesystem::path("criterion"));
  if (from == directory.end()) return directory.filename().empty() ? "benchmark" : directory.filename().string();
  std::filesystem::path name;
  for (auto step = std::next(from); step != directory.end(); ++step) name /= *step;
  return name.empty() ? "benchmark" : name.string();
}

std::vector<double> each_iteration(const Field& times, const Field& iterations) {
  std::vector<double> values = times.quantities();
  const std::vector<double> counts = iterations.quantities();
  if (values.size() != counts.size()) iterations.refuse("there are not as many as times");
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (counts[i] == 0) iterations.items()[i].refuse("expected a number above 0, found 0");
    values[i] /= counts[i];
  }
  return values;
}

ResultSet read(const Field& root, std::string_view origin) {
  ResultSet set;
  if (is_sample(root.json())) {
    set.results.push_back(timed(name_of(origin), each_iteration(root.at("times"), root.at("iters")), 1));
    return set;
  }
  const double median = root.at("median").at("point_estimate").quantity();
  Result result = timed(name_of(origin), {median}, 1);
  const double deviation = root.at("median_abs_dev").at("point_estimate").quantity();
  if (median > 0) result.spread = kQuartilesOfNormal * deviation / median;
  set.results.push_back(std::move(result));
  return set;
}

Result message_result(const Field& message) {
  const std::string name = message.at("id").text();
  const Field unit = message.at("unit");
  const double scale = nanoseconds_of(unit.text());
  if (scale == 0) unit.refuse("'" + unit.text() + "' is no unit of time");
  return timed(name, each_iteration(message.at("measured_values"), message.at("iteration_count")), scale);
}

}  // namespace

Reader criterion() {
  return {"criterion", "Criterion", recognises, read};
}

bool is_cargo_criterion(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  return line.starts_with('{') && line.find("\"reason\"") != std::string_view::npos && Json::accept(line);
}

ResultSet read_cargo_criterion(std::string_view text, std::string_view origin) {
  ResultSet set;
  set.tool = "criterion";
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = std::string(origin) + ":" + std::to_string(number);
    const Json json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) throw BadInput(place + ": broken JSON; expected a message of cargo-criterion");
    const Field message(json, place);
    if (message.at("reason").text() == "benchmark-complete") set.results.push_back(message_result(message));
  }
  return set;
}

}  // namespace perfopt::model::foreign
