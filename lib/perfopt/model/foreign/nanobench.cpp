// SPDX-License-Identifier: Apache-2.0
// nanobench, templates::json(): the elapsed seconds of each epoch for one iteration.
//
// Divided by `batch`, as in the table that nanobench itself shows. A title other than its default stands before the
// name.
#include "perfopt/model/foreign/reader.hpp"

namespace perfopt::model::foreign {
namespace {

bool recognises(const Json& root) {
  return root.is_object() && has_rows(root, "results", "median(elapsed)");
}

Result result_of(const Field& entry) {
  const std::string title = entry.text_or_empty("title");
  const bool titled = !title.empty() && title != "benchmark";
  const std::string name = (titled ? title + "/" : "") + entry.at("name").text();
  const auto batch = entry.find("batch");
  const double operations = batch ? batch->quantity() : 1;
  if (operations == 0) batch->refuse("a batch of 0 operations takes no time each");
  const double scale = 1e9 / operations;
  std::vector<double> elapsed;
  const auto epochs = entry.find("measurements");
  for (const Field& epoch : epochs ? epochs->items() : std::vector<Field>{}) {
    elapsed.push_back(epoch.at("elapsed").quantity());
  }
  if (!elapsed.empty()) return timed(name, std::move(elapsed), scale);
  Result result = timed(name, {entry.at("median(elapsed)").quantity()}, scale);
  // The median absolute deviation is half the interquartile range of a symmetric distribution.
  if (const auto error = entry.find("medianAbsolutePercentError(elapsed)")) result.spread = 2 * error->quantity();
  return result;
}

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  for (const Field& entry : root.at("results").items()) set.results.push_back(result_of(entry));
  return set;
}

}  // namespace

Reader nanobench() {
  return {"nanobench", "nanobench", recognises, read};
}

}  // namespace perfopt::model::foreign
