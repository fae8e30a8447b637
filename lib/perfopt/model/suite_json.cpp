// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/suite_json.hpp"

#include <algorithm>

#include "perfopt/model/json_fields.hpp"
#include "perfopt/model/json_text.hpp"

namespace perfopt::model {

template <>
struct EnumNames<Status> {
  static constexpr const char* kNames[] = {"ok", "skipped", "failed"};
};
template <>
struct EnumNames<Verdict> {
  static constexpr const char* kNames[] = {"baseline", "wins", "loses", "undecided", "none"};
};
template <>
struct EnumNames<Tendency> {
  static constexpr const char* kNames[] = {"always_wins", "always_loses", "wins_from",   "wins_below",
                                           "mixed",       "undecided",    "not_measured"};
};

template <>
struct EnumNames<ScalingKind> {
  static constexpr const char* kNames[] = {"strong", "weak"};
};

template <class A>
void fields(A& a, Cache& v) {
  a("name", v.name);
  a("bytes", v.bytes);
}

template <class A>
void fields(A& a, Doubt& v) {
  a("subject", v.subject);
  a("finding", v.finding);
  a("advice", v.advice);
}

template <class A>
void fields(A& a, Environment& v) {
  a("host", v.host);
  a("cpu_model", v.cpu_model);
  a("cpus_online", v.cpus_online);
  a("cpus_allowed", v.cpus_allowed);
  a("caches", v.caches);
  a("simd", v.simd);
  a("memory_bytes", v.memory_bytes);
  a("memory_available_bytes", v.memory_available_bytes);
  a("governor", v.governor);
  a("turbo", v.turbo);
  a("virtualization", v.virtualization);
  a("kernel", v.kernel);
  a("os", v.os);
  a("transparent_huge_pages", v.transparent_huge_pages);
  a("aslr", v.aslr);
  a("scratch_filesystem", v.scratch_filesystem);
  a("load_average", v.load_average);
  a("steal_percent", v.steal_percent);
  a("hardware_counters", v.hardware_counters);
  a("compiler", v.compiler);
  a("compiler_flags", v.compiler_flags);
  a("build_type", v.build_type);
  a("version", v.version);
  a("commit", v.commit);
  a("doubts", v.doubts);
}

template <class A>
void fields(A& a, Rounds& v) {
  a("wall_ns", v.wall_ns);
  a("cpu_ns", v.cpu_ns);
  a("position", v.position);
  a("page_faults", v.page_faults);
  a("voluntary_switches", v.voluntary_switches);
  a("involuntary_switches", v.involuntary_switches);
}

template <class A>
void fields(A& a, Resources& v) {
  a("peak_rss_bytes", v.peak_rss_bytes);
  a("rss_growth_bytes", v.rss_growth_bytes);
  a("allocations", v.allocations);
  a("allocated_bytes", v.allocated_bytes);
  a("held_bytes", v.held_bytes);
  a("skipped_reason", v.skipped_reason);
}

template <class A>
void fields(A& a, Counters& v) {
  a("cycles", v.cycles);
  a("instructions", v.instructions);
  a("cache_misses", v.cache_misses);
  a("branch_misses", v.branch_misses);
  a("skipped_reason", v.skipped_reason);
}

template <class A>
void fields(A& a, Interval& v) {
  a("estimate", v.estimate);
  a("low", v.low);
  a("high", v.high);
}

template <class A>
void fields(A& a, Summary& v) {
  a("wall_ns", v.wall_ns);
  a("wall_low_ns", v.wall_low_ns);
  a("wall_high_ns", v.wall_high_ns);
  a("cpu_ns", v.cpu_ns);
  a("items_per_second", v.items_per_second);
  a("bytes_per_second", v.bytes_per_second);
  a("spread", v.spread);
  a("speedup", v.speedup);
  a("verdict", v.verdict);
  a("limit_share", v.limit_share);
}

template <class A>
void fields(A& a, LimitUse& v) {
  a("limit", v.limit);
  a("unit", v.unit);
  a("rate", v.rate);
  a("units", v.units);
  a("working_set_bytes", v.working_set_bytes);
  a("threads", v.threads);
  a("depth", v.depth);
}

template <class A>
void fields(A& a, Variant& v) {
  a.required("name", v.name);
  a("level", v.level);
  a("does", v.does);
  a("needs", v.needs);
  a("costs", v.costs);
  a("weaker", v.weaker);
  a("workers", v.workers);
  a.required("status", v.status);
  a("reason", v.reason);
  a("note", v.note);
  a("rounds", v.rounds);
  a("items_per_run", v.items_per_run);
  a("bytes_per_run", v.bytes_per_run);
  a("resources", v.resources);
  a("counters", v.counters);
  a("limit", v.limit);
  a("summary", v.summary);
}

template <class A>
void fields(A& a, Best& v) {
  a("variant", v.variant);
  a("tied", v.tied);
}

template <class A>
void fields(A& a, Case& v) {
  a.required("category", v.category);
  a.required("problem", v.problem);
  a("title", v.title);
  a("unit", v.unit);
  a.required("size", v.size);
  a("size_class", v.size_class);
  a("instances", v.instances);
  a("status", v.status);
  a("reason", v.reason);
  a("out_of_time", v.out_of_time);
  a("conditions", v.conditions);
  a("check_ns", v.check_ns);
  a.required("variants", v.variants);
  a("best", v.best);
}

template <class A>
void fields(A& a, Crossover& v) {
  a("size", v.size);
  a("low", v.low);
  a("high", v.high);
  a("wins_above", v.wins_above);
}

template <class A>
void fields(A& a, VariantFinding& v) {
  a.required("variant", v.variant);
  a("tendency", v.tendency);
  a("crossover", v.crossover);
  a("sentence", v.sentence);
}

template <class A>
void fields(A& a, Finding& v) {
  a.required("category", v.category);
  a.required("problem", v.problem);
  a("title", v.title);
  a("unit", v.unit);
  a("variants", v.variants);
  a("sentence", v.sentence);
}

template <class A>
void fields(A& a, SkippedCategory& v) {
  a("category", v.category);
  a("reason", v.reason);
}

template <class A>
void fields(A& a, Settings& v) {
  a("categories", v.categories);
  a("level", v.level);
  a("sizes", v.sizes);
  a("filter", v.filter);
  a("disabled", v.disabled);
  a("seed", v.seed);
  a("max_time_s", v.max_time_s);
  a("repetitions", v.repetitions);
  a("min_time_s", v.min_time_s);
  a("threads", v.threads);
  a("memory_limit_bytes", v.memory_limit_bytes);
  a("file_limit_bytes", v.file_limit_bytes);
  a("connection_limit", v.connection_limit);
  a("ranks", v.ranks);
  a("environment", v.environment);
}

template <class A>
void fields(A& a, ScalingPoint& v) {
  a("workers", v.workers);
  a("speedup", v.speedup);
  a("efficiency", v.efficiency);
}

template <class A>
void fields(A& a, Scaling& v) {
  a.required("category", v.category);
  a.required("problem", v.problem);
  a("unit", v.unit);
  a("kind", v.kind);
  a("size", v.size);
  a("points", v.points);
  a("serial_share", v.serial_share);
  a("contention", v.contention);
  a("coherency", v.coherency);
  a("peak_workers", v.peak_workers);
  a("sentence", v.sentence);
}

template <class A>
void fields(A& a, HostResult& v) {
  a.required("name", v.name);
  a("wall_ns", v.wall_ns);
}

template <class A>
void fields(A& a, FleetHost& v) {
  a.required("name", v.name);
  a("rank", v.rank);
  a("environment", v.environment);
  a("results", v.results);
  a("failures", v.failures);
  a("slowdown", v.slowdown);
  a("score", v.score);
  a("slow", v.slow);
}

template <class A>
void fields(A& a, FactValue& v) {
  a("value", v.value);
  a("hosts", v.hosts);
}

template <class A>
void fields(A& a, FleetDifference& v) {
  a("fact", v.fact);
  a("values", v.values);
}

template <class A>
void fields(A& a, Fleet& v) {
  a("hosts", v.hosts);
  a("differences", v.differences);
  a("sentence", v.sentence);
}

template <class A>
void fields(A& a, Suite& v) {
  a("started", v.started);
  a("elapsed_s", v.elapsed_s);
  a("complete", v.complete);
  a("missing", v.missing);
  a("settings", v.settings);
  a("environment", v.environment);
  a.required("cases", v.cases);
  a("findings", v.findings);
  a("skipped_categories", v.skipped_categories);
  a("scalings", v.scalings);
  a("fleet", v.fleet);
}

namespace {

// "results.json:12: ..." for a syntax error; nlohmann tells the byte, people want the line.
[[noreturn]] void throw_syntax_error(std::string_view text, std::string_view origin, std::size_t byte) {
  throw BadInput(std::string(origin) + ":" + std::to_string(line_of(text, byte)) +
                 ": not valid JSON (cut off, or not a JSON file); expected a document of `perfbench --output`");
}

void require_suite(const Json& json, const std::string& origin) {
  const bool is_suite = json.is_object() && json.contains("schema") && json["schema"] == std::string(Suite::kSchema);
  if (!is_suite) {
    throw BadInput(origin + ": field 'schema' is not '" + std::string(Suite::kSchema) +
                   "'; expected a document of `perfbench --output`");
  }
  const auto version = json.find("schema_version");
  if (version == json.end() || !version->is_number_unsigned()) {
    throw BadInput(origin + ": field 'schema_version' is missing or no whole number");
  }
  if (version->get<std::uint64_t>() > static_cast<std::uint64_t>(Suite::kSchemaVersion)) {
    throw BadInput(origin + ": schema_version " + version->dump() + " is newer than this build reads (" +
                   std::to_string(Suite::kSchemaVersion) + "); update perfopt");
  }
}

}  // namespace

std::string to_json_text(const Suite& suite) {
  Json json = Json::object();
  json["schema"] = Suite::kSchema;
  json["schema_version"] = Suite::kSchemaVersion;
  Suite copy = suite;  // the field description is one for reading and writing, so it takes mutable members
  FieldWriter writer(json);
  fields(writer, copy);
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Suite suite_from_json(std::string_view text, std::string_view origin) {
  if (text.empty())
    throw BadInput(std::string(origin) + ": the file is empty; expected a document of `perfbench --output`");
  refuse_zero_bytes(text, origin);
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    throw_syntax_error(text, origin, error.byte);
  } catch (const Json::out_of_range&) {
    throw BadInput(std::string(origin) +
                   ": a number in it is too large to be read; expected a document of `perfbench --output`");
  }
  const std::string name(origin);
  require_suite(json, name);
  Suite suite;
  FieldReader reader(json, name + ": suite");
  fields(reader, suite);
  return suite;
}

}  // namespace perfopt::model
