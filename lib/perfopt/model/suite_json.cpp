// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/suite_json.hpp"

#include <utility>
#include <vector>

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"
#include "perfopt/model/suite_check.hpp"

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
  a("output_digest", v.output_digest);
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

constexpr DocumentKind kKind = {Suite::kSchema, Suite::kSchemaVersion, "suite", "perfbench --output"};

}  // namespace

std::string to_json_text(const Suite& suite) {
  return write_document(kKind, suite);
}

Suite suite_from_json(std::string_view text, std::string_view origin) {
  return read_with_lines(kKind, text, origin, [&] {
    std::vector<Case> cases;
    Suite suite = read_streamed<Suite>(kKind, text, origin, "cases", cases);
    suite.cases = std::move(cases);
    require_possible(suite, document_path(kKind, origin));
    return suite;
  });
}

}  // namespace perfopt::model
