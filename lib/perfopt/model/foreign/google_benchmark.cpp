// SPDX-License-Identifier: Apache-2.0
// Google Benchmark: --benchmark_out=FILE --benchmark_out_format=json, versions 1.5 to 1.9.
//
// Samples are the repetitions. Aggregates are left out, except where a benchmark has nothing else
// (--benchmark_report_aggregates_only): its median, else its mean, with the spread from its coefficient of variation.
//
// A file as the tool writes it, the context before the rows, is read row by row without a tree of it; one in another
// order is read as the other tools' are.
//
// Each row tells wall and CPU time. The one that Google Benchmark itself counts by stands under the benchmark's name:
// CPU time, or wall time where the name says "/real_time", "/manual_time" or "/threads:N" (the CPU time of several
// threads says nothing about when the work is done). With CPU time the wall time stands beside it as "name [wall]".
#include <exception>
#include <map>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/model/foreign/reader.hpp"
#include "perfopt/model/foreign/row_stream.hpp"
#include "perfopt/model/foreign_results.hpp"
#include "perfopt/model/json_text.hpp"

namespace perfopt::model::foreign {
namespace {

constexpr const char* kTool = "google-benchmark";
constexpr const char* kRows = "benchmarks";
constexpr std::size_t kLongestHead = std::size_t{1} << 16U;  // the context of a file: some hundred bytes
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

// What add() and name_of() ask for.
constexpr std::string_view kMembers[] = {"name",           "run_name",       "run_type",     "real_time",
                                         "cpu_time",       "time_unit",      "skipped",      "error_occurred",
                                         "aggregate_name", "aggregate_unit", "error_message"};

// Rows by the name of their benchmark.
class Benchmarks {
 public:
  void take(const Field& entry) {
    std::string name = name_of(entry);
    const auto [row, fresh] = rows_.try_emplace(std::move(name));
    if (fresh) order_.push_back(&*row);
    add(entry, row->second);
  }
  void deliver_to(std::vector<Result>& results) {
    for (auto* const benchmark : order_) deliver(benchmark->first, benchmark->second, results);
  }

 private:
  std::map<std::string, Row> rows_;
  std::vector<std::pair<const std::string, Row>*> order_;
};

ResultSet read(const Field& root, std::string_view) {
  ResultSet set;
  set.tool = kTool;
  read_context(root.at("context"), set);
  Benchmarks benchmarks;
  for (const Field& entry : root.at(kRows).items()) benchmarks.take(entry);
  benchmarks.deliver_to(set.results);
  return set;
}

// The file without its rows, where it is as the tool writes it: the context first. Else discarded.
Json head_of(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::string key = '"' + std::string(kRows) + '"';
  std::size_t at = text.substr(0, kLongestHead).find(key);
  if (at == std::string_view::npos) return Json(Json::value_t::discarded);
  const std::string_view head = text.substr(0, at);
  at = text.find_first_not_of(kBlank, at + key.size());
  if (at == std::string_view::npos || text[at] != ':') return Json(Json::value_t::discarded);
  at = text.find_first_not_of(kBlank, at + 1);
  if (at == std::string_view::npos || text[at] != '[') return Json(Json::value_t::discarded);
  return Json::parse(std::string(head) + key + ":[]}", nullptr, false);
}

}  // namespace

Reader google_benchmark() {
  return {kTool, "Google Benchmark", recognises, read};
}

bool is_google_benchmark(std::string_view text) {
  return recognises(head_of(text));
}

ResultSet read_google_benchmark(std::string_view text, std::string_view origin) {
  refuse_zero_bytes(text, origin);
  Benchmarks benchmarks;
  // What is wrong with a row is told only once the text is known to be JSON.
  std::exception_ptr wrong_row;
  const auto take = [&](std::size_t index, const Json& row) {
    if (wrong_row) return;
    try {
      benchmarks.take(Field(row, origin, std::string(kRows) + "[" + std::to_string(index) + "]"));
    } catch (const BadInput&) {
      wrong_row = std::current_exception();
    }
  };
  if (!stream_rows(text, {kRows, kMembers, take})) return read(Field(parsed_json(text, origin), origin), origin);
  const Json head = head_of(text);
  ResultSet set;
  set.tool = kTool;
  read_context(Field(head, origin).at("context"), set);
  if (wrong_row) std::rethrow_exception(wrong_row);
  benchmarks.deliver_to(set.results);
  return set;
}

}  // namespace perfopt::model::foreign
