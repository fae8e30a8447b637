// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/history_json.hpp"

#include <algorithm>
#include <iterator>

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"

namespace perfopt::model {

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

constexpr DocumentKind kKind{History::kSchema, History::kSchemaVersion, "history", "perfbench history export"};

}  // namespace

std::string to_json_text(const History& history) {
  return write_document(kKind, history);
}

std::string to_json_line(const History& history) {
  Json json = empty_document(kKind);
  History copy = history;  // the field description is one for reading and writing, so it takes mutable members
  FieldWriter writer(json);
  fields(writer, copy);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

History history_from_json(std::string_view text, std::string_view origin) {
  return read_document<History>(kKind, text, origin);
}

History history_from_file(std::string_view text, std::string_view origin) {
  // A document over several lines is one; a line of an export ends where it does.
  if (!text.substr(0, text.find('\n')).ends_with('}')) return history_from_json(text, origin);
  const auto append = [](auto& to, auto& from) { std::ranges::move(from, std::back_inserter(to)); };
  History all;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    if (line.empty()) continue;
    History one = history_from_json(line, std::string(origin) + ":" + std::to_string(number));
    append(all.runs, one.runs);
    append(all.series, one.series);
    append(all.baselines, one.baselines);
  }
  return all;
}

}  // namespace perfopt::model
