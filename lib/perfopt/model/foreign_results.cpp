// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/foreign_results.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "perfopt/core/error.hpp"
#include "perfopt/model/document_schema.hpp"
#include "perfopt/model/file_kind.hpp"
#include "perfopt/model/foreign/field.hpp"
#include "perfopt/model/foreign/reader.hpp"
#include "perfopt/model/json_text.hpp"
#include "perfopt/model/suite_json.hpp"

namespace perfopt::model {
namespace {

using foreign::Json;

constexpr const char* kOwnTool = "perfopt";

// A line each. The first that recognises a file reads it.
std::vector<foreign::Reader> readers() {
  return {foreign::google_benchmark(), foreign::pytest_benchmark(), foreign::pyperf(), foreign::hyperfine(),
          foreign::nanobench(),        foreign::criterion(),        foreign::jmh()};
}

[[noreturn]] void refuse_unknown(std::string_view origin, const std::string& found) {
  std::string known = "perfopt";
  for (const foreign::Reader& reader : readers()) known += ", " + std::string(reader.title);
  throw BadInput(std::string(origin) + ": no results of a tool that is known (" + known + ", go test -bench); " +
                 found);
}

ResultSet read_json(std::string_view text, std::string_view origin) {
  const Json root = parsed_json(text, origin);
  for (const foreign::Reader& reader : readers()) {
    if (!reader.recognises(root)) continue;
    ResultSet set = reader.read(foreign::Field(root, origin), origin);
    set.tool = reader.tool;
    return set;
  }
  refuse_unknown(origin, "it is JSON of something else");
}

ResultSet read_any(std::string_view text, std::string_view origin) {
  // Before any other look: a document of ours on one line has the words of many a tool in it.
  const std::string schema = schema_of(text);
  if (schema == Suite::kSchema) return results_of(suite_from_json(text, origin), origin);
  if (schema.starts_with("perfopt.")) refuse_unknown(origin, "it is a document '" + schema + "'");
  if (foreign::is_cargo_criterion(text)) return foreign::read_cargo_criterion(text, origin);
  if (foreign::is_google_benchmark(text)) return foreign::read_google_benchmark(text, origin);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) refuse_unknown(origin, "the file is empty");
  if (text[first] == '{' || text[first] == '[') return read_json(text, origin);
  if (const std::string_view kind = file_kind(text); !kind.empty()) refuse_unknown(origin, std::string(kind));
  if (text.find('\0') != std::string_view::npos) refuse_unknown(origin, "it is no text");
  if (foreign::is_go_bench(text)) return foreign::read_go_bench(text, origin);
  refuse_unknown(origin, "it is text of something else");
}

// Each number is finite as it stands in the file; in nanoseconds, or divided by another, it may not be.
void check_samples(ResultSet& set, std::string_view origin) {
  for (Result& result : set.results) {
    if (result.samples.empty() && result.failure.empty()) result.failure = "the file has no values of it";
    if (result.spread && !std::isfinite(*result.spread)) result.spread.reset();
    if (std::ranges::all_of(result.samples, [](double value) { return std::isfinite(value); })) continue;
    throw BadInput(std::string(origin) + ": benchmark '" + result.name + "': a time in it is too large");
  }
}

void make_unique(std::vector<Result>& results) {
  std::set<std::string> taken;
  std::map<std::string, std::size_t> copies;
  for (Result& result : results) {
    const std::string name = result.name;
    while (!taken.insert(result.name).second) {
      result.name = name + " #" + std::to_string(++copies.try_emplace(name, 1).first->second);
    }
  }
}

}  // namespace

ResultSet results_of(const Suite& suite, std::string_view origin) {
  ResultSet set;
  set.tool = kOwnTool;
  set.origin = origin;
  set.started = suite.started;
  set.commit = suite.environment.commit;
  set.version = suite.environment.version;
  set.environment = suite.environment;
  for (const Case& one : suite.cases) {
    const std::string size = "/" + std::to_string(one.size);
    for (const Variant& variant : one.variants) {
      const bool failed = variant.status == Status::failed;
      if (variant.status == Status::skipped || (!failed && variant.rounds.wall_ns.empty())) continue;
      Result result = foreign::timed(one.category + "/" + one.problem + "/" + variant.name + size, {}, 1);
      if (failed) {
        result.failure = variant.reason.empty() ? "it failed" : variant.reason;
      } else {
        result.samples = variant.rounds.wall_ns;
        result.checksum = variant.output_digest;
        result.input = "seed " + std::to_string(suite.settings.seed);
      }
      const Variant& baseline = one.variants.front();
      if (&variant != &baseline) result.baseline = one.category + "/" + one.problem + "/" + baseline.name + size;
      set.results.push_back(std::move(result));
    }
  }
  return set;
}

ResultSet read_results(std::string_view text, std::string_view origin) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  ResultSet set = read_any(text, origin);
  set.origin = origin;
  if (set.results.empty()) throw BadInput(std::string(origin) + ": the file of " + set.tool + " has no results");
  if (set.tool != kOwnTool) check_samples(set, origin);
  make_unique(set.results);
  return set;
}

}  // namespace perfopt::model
