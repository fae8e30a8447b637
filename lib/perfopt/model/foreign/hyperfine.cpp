// SPDX-License-Identifier: Apache-2.0
// hyperfine --export-json, versions 1.10 to 1.19: seconds of each run; where `times` is not there, the median with the
// spread from the deviation. Parameters of a sweep become part of the name.
#include "perfopt/model/foreign/reader.hpp"

namespace perfopt::model::foreign {
namespace {

constexpr double kQuartilesOfNormal = 1.349;

bool recognises(const Json& root) {
  return root.is_object() && has_rows(root, "results", "command");
}

std::string name_of(const Field& entry) {
  std::string name = entry.at("command").text();
  const auto parameters = entry.find("parameters");
  if (!parameters || parameters->json().empty()) return name;
  std::string list;
  for (const Field& parameter : parameters->members()) {
    list += (list.empty() ? "" : ", ") + parameter.name() + "=" + parameter.scalar_text();
  }
  return name + " (" + list + ")";
}

Result summary_of(const Field& entry) {
  Result result = timed(name_of(entry), {entry.at("median").quantity()}, 1e9);
  const double mean = entry.at("mean").quantity();
  const auto deviation = entry.find("stddev");
  if (deviation && mean > 0) result.spread = kQuartilesOfNormal * deviation->quantity() / mean;
  return result;
}

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  for (const Field& entry : root.at("results").items()) {
    const auto times = entry.find("times");
    const bool all = times && !times->json().empty();
    set.results.push_back(all ? timed(name_of(entry), times->quantities(), 1e9) : summary_of(entry));
  }
  return set;
}

}  // namespace

Reader hyperfine() {
  return {"hyperfine", "hyperfine", recognises, read};
}

}  // namespace perfopt::model::foreign
