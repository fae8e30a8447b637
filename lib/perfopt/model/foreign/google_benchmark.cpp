// SPDX-License-Identifier: Apache-2.0
// Google Benchmark: --benchmark_out=FILE --benchmark_out_format=json, versions 1.5 to 1.9.
//
// Samples are the repetitions. Aggregates are left out, except where a benchmark has nothing else
// (--benchmark_report_aggregates_only): its median, else its mean, with the spread from its coefficient of variation.
//
// Each row tells wall and CPU time. The one that Google Benchmark itself counts by stands under the benchmark's name:
// CPU time, or wall time where the name says "/real_time", "/manual_time" or "/threads:N" (the CPU time of several
// threads says nothing about when the work is done). With CPU time the wall time stands beside it as "name [wall]".
#include <map>

#include "perfopt/model/foreign/reader.hpp"
#include "perfopt/model/foreign_results.hpp"

namespace perfopt::model::foreign {
namespace {

constexpr double kQuartilesOfNormal = 1.349;  // interquartile range of a normal distribution / its deviation

struct Row {
  Result wall, cpu;
  std::map<std::string, std::pair<double, double>> aggregates;  // wall, CPU
};

bool recognises(const Json& root) {
  return root.is_object() && root.contains("context") && root.contains("benchmarks");
}

std::string name_of(const Field& entry) {
  const std::string name = entry.text_or_empty("run_name");
  return name.empty() ? entry.at("name").text() : name;
}

double scale_of(const Field& entry) {
  const auto unit = entry.find("time_unit");
  if (!unit) return 1;
  const double scale = nanoseconds_of(unit->text());
  if (scale == 0) unit->refuse("'" + unit->text() + "' is none of ns, us, ms, s");
  return scale;
}

void add(const Field& entry, Row& row) {
  if (const auto error = entry.find("error_occurred"); error && error->json() == true) {
    const std::string reason = entry.text_or_empty("error_message");
    row.wall.failure = row.cpu.failure = reason.empty() ? "the benchmark reported an error" : reason;
    return;
  }
  if (const auto skipped = entry.find("skipped"); skipped && skipped->json() == true) return;
  const auto wall = entry.find("real_time");
  if (!wall) return;  // of a complexity fit
  const bool aggregate = entry.text_or_empty("run_type") == "aggregate";
  const bool share = aggregate && (entry.text_or_empty("aggregate_name") == "cv" ||
                                   entry.text_or_empty("aggregate_unit") == "percentage");
  const double scale = share ? 1 : scale_of(entry);
  const double wall_ns = wall->quantity() * scale;
  const double cpu_ns = entry.at("cpu_time").quantity() * scale;
  if (aggregate) {
    row.aggregates[entry.at("aggregate_name").text()] = {wall_ns, cpu_ns};
    return;
  }
  row.wall.samples.push_back(wall_ns);
  row.cpu.samples.push_back(cpu_ns);
}

void use_aggregates(Row& row) {
  const auto median = row.aggregates.find("median");
  const auto typical = median == row.aggregates.end() ? row.aggregates.find("mean") : median;
  if (typical == row.aggregates.end()) return;
  row.wall.samples = {typical->second.first};
  row.cpu.samples = {typical->second.second};
  const auto variation = row.aggregates.find("cv");
  if (variation == row.aggregates.end()) return;
  row.wall.spread = kQuartilesOfNormal * variation->second.first;
  row.cpu.spread = kQuartilesOfNormal * variation->second.second;
}

bool counts_by_wall(const std::string& name) {
  return name.find("/real_time") != std::string::npos || name.find("/manual_time") != std::string::npos ||
         name.find("/threads:") != std::string::npos;
}

void deliver(const std::string& name, Row& row, std::vector<Result>& results) {
  if (row.wall.samples.empty()) use_aggregates(row);
  if (!row.wall.failure.empty()) {
    row.wall.samples.clear();
    row.cpu.samples.clear();
  } else if (row.wall.samples.empty()) {
    return;
  }
  row.wall.name = row.cpu.name = name;
  row.cpu.metric = "cpu_time";
  if (counts_by_wall(name)) return results.push_back(std::move(row.wall));
  results.push_back(std::move(row.cpu));
  if (!row.wall.failure.empty()) return;  // told once
  row.wall.name += kWallSuffix;
  results.push_back(std::move(row.wall));
}

void read_context(const Field& context, ResultSet& set) {
  set.started = utc(context.text_or_empty("date"));
  Environment& machine = set.environment;
  machine.host = context.text_or_empty("host_name");
  if (const auto cpus = context.find("num_cpus")) machine.cpus_online = cpus->small_count();
  if (const auto load = context.find("load_avg"); load && !load->json().empty()) {
    machine.load_average = load->quantities()[0];
  }
  const auto caches = context.find("caches");
  for (const Field& cache : caches ? caches->items() : std::vector<Field>{}) {
    std::string name = "L" + cache.at("level").scalar_text();
    if (cache.text_or_empty("type") != "Unified") name += cache.text_or_empty("type") == "Data" ? "d" : "i";
    machine.caches.push_back({std::move(name), cache.at("size").count()});
  }
  if (context.text_or_empty("library_build_type") == "debug") {
    machine.doubts.push_back(
        {"library", "Google Benchmark itself was built for debugging", "link a release build of it"});
  }
}

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  read_context(root.at("context"), set);
  std::vector<std::string> names;
  std::map<std::string, Row> rows;
  for (const Field& entry : root.at("benchmarks").items()) {
    const std::string name = name_of(entry);
    const auto [row, fresh] = rows.try_emplace(name);
    if (fresh) names.push_back(name);
    add(entry, row->second);
  }
  for (const std::string& name : names) deliver(name, rows[name], set.results);
  return set;
}

}  // namespace

Reader google_benchmark() {
  return {"google-benchmark", "Google Benchmark", recognises, read};
}

}  // namespace perfopt::model::foreign
