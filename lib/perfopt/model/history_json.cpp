// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/history_json.hpp"

#include "perfopt/model/json_fields.hpp"
#include "perfopt/model/json_text.hpp"

namespace perfopt::model {

template <class A>
void fields(A& a, Interval& v) {
  a("estimate", v.estimate);
  a("low", v.low);
  a("high", v.high);
}

template <class A>
void fields(A& a, HistoryResult& v) {
  a.required("name", v.name);
  a("unit", v.unit);
  a("higher_is_better", v.higher_is_better);
  a.required("median", v.median);
  a.required("low", v.low);
  a.required("high", v.high);
  a("count", v.count);
  a("samples", v.samples);
}

template <class A>
void fields(A& a, HistoryRun& v) {
  a.required("id", v.id);
  a.required("started", v.started);
  a("commit", v.commit);
  a("branch", v.branch);
  a("version", v.version);
  a("dirty", v.dirty);
  a.required("environment", v.environment);
  a("machine", v.machine);
  a("tool", v.tool);
  a("origin", v.origin);
  a("baselines", v.baselines);
  a("results", v.results);
}

template <class A>
void fields(A& a, HistoryPoint& v) {
  a.required("run", v.run);
  a("started", v.started);
  a("commit", v.commit);
  a("branch", v.branch);
  a("version", v.version);
  a("dirty", v.dirty);
  a.required("median", v.median);
  a("low", v.low);
  a("high", v.high);
  a("count", v.count);
}

template <class A>
void fields(A& a, HistoryChange& v) {
  a.required("first", v.first);
  a("last_commit", v.last_commit);
  a("first_commit", v.first_commit);
  a("started", v.started);
  a.required("ratio", v.ratio);
  a("worse", v.worse);
  a("recent", v.recent);
}

template <class A>
void fields(A& a, HistoryTrend& v) {
  a("per_10_runs", v.per_10_runs);
  a("per_30_days", v.per_30_days);
  a("points", v.points);
  a("significant", v.significant);
}

template <class A>
void fields(A& a, HistorySeries& v) {
  a.required("name", v.name);
  a("unit", v.unit);
  a("environment", v.environment);
  a("machine", v.machine);
  a("higher_is_better", v.higher_is_better);
  a("points", v.points);
  a("changes", v.changes);
  a("trend", v.trend);
}

template <class A>
void fields(A& a, HistoryBaseline& v) {
  a.required("name", v.name);
  a.required("environment", v.environment);
  a("machine", v.machine);
  a.required("run", v.run);
  a("started", v.started);
  a("commit", v.commit);
  a("version", v.version);
}

template <class A>
void fields(A& a, History& v) {
  a("runs", v.runs);
  a("series", v.series);
  a("baselines", v.baselines);
}

namespace {

constexpr const char* kExpected = "; expected a document of `perfbench history export`";

Json document_of(const History& history) {
  Json json = Json::object();
  json["schema"] = History::kSchema;
  json["schema_version"] = History::kSchemaVersion;
  History copy = history;  // the field description is one for reading and writing, so it takes mutable members
  FieldWriter writer(json);
  fields(writer, copy);
  return json;
}

void require_history(const Json& json, const std::string& origin) {
  if (!json.is_object() || !json.contains("schema") || json["schema"] != std::string(History::kSchema)) {
    throw BadInput(origin + ": field 'schema' is not '" + std::string(History::kSchema) + "'" + kExpected);
  }
  const auto version = json.find("schema_version");
  if (version == json.end() || !version->is_number_unsigned()) {
    throw BadInput(origin + ": field 'schema_version' is missing or no whole number");
  }
  if (version->get<std::uint64_t>() > static_cast<std::uint64_t>(History::kSchemaVersion)) {
    throw BadInput(origin + ": schema_version " + version->dump() + " is newer than this build reads (" +
                   std::to_string(History::kSchemaVersion) + "); update perfopt");
  }
}

}  // namespace

std::string to_json_text(const History& history) {
  return document_of(history).dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_json_line(const History& history) {
  return document_of(history).dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

History history_from_json(std::string_view text, std::string_view origin) {
  const std::string name(origin);
  if (text.empty()) throw BadInput(name + ": it is empty" + kExpected);
  refuse_zero_bytes(text, origin);
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error&) {
    throw BadInput(name + ": not valid JSON (cut off, or not a JSON file)" + kExpected);
  } catch (const Json::out_of_range&) {
    throw BadInput(name + ": a number in it is too large to be read" + kExpected);
  }
  require_history(json, name);
  History history;
  FieldReader reader(json, name + ": history");
  fields(reader, history);
  return history;
}

}  // namespace perfopt::model
