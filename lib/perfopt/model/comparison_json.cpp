// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/comparison_json.hpp"

#include <cstddef>

#include "perfopt/model/document.hpp"
#include "perfopt/model/environment_fields.hpp"

namespace perfopt::model {

template <>
struct EnumNames<Change> {
  static constexpr const char* kNames[] = {"slower", "faster", "same", "inconclusive", "missing", "added", "failed"};
};
template <>
struct EnumNames<CompareMethod> {
  static constexpr const char* kNames[] = {"interleaved", "files"};
};

template <class A>
void fields(A& a, PairColumns& v) {
  a("base_wall_ns", v.base_wall_ns);
  a("changed_wall_ns", v.changed_wall_ns);
  a("base_cpu_ns", v.base_cpu_ns);
  a("changed_cpu_ns", v.changed_cpu_ns);
  a("log_ratio", v.log_ratio);
  a("base_first", v.base_first);
}

template <class A>
void fields(A& a, MetricChange& v) {
  a.required("metric", v.metric);
  a("unit", v.unit);
  a("base", v.base);
  a("changed", v.changed);
  a("source", v.source);
  a("verdict", v.verdict);
  a("skipped_reason", v.skipped_reason);
}

template <class A>
void fields(A& a, ComparedBenchmark& v) {
  a.required("name", v.name);
  a("renamed_from", v.renamed_from);
  a.required("verdict", v.verdict);
  a("reason", v.reason);
  a("metric", v.metric);
  a("metric_reason", v.metric_reason);
  a("margin", v.margin);
  a("base", v.base);
  a("changed", v.changed);
  a("unit", v.unit);
  a("ratio", v.ratio);
  a("sure", v.sure);
  a("p_slower", v.p_slower);
  a("p_faster", v.p_faster);
  a("detectable", v.detectable);
  a("session_noise", v.session_noise);
  a("seconds", v.seconds);
  a("pairs", v.pairs);
  a("metrics", v.metrics);
}

template <class A>
void fields(A& a, ComparedSide& v) {
  a("label", v.label);
  a("command", v.command);
  a("commit", v.commit);
  a("digest", v.digest);
  a("tool", v.tool);
  a("started", v.started);
}

template <class A>
void fields(A& a, CompareSettings& v) {
  a("threshold", v.threshold);
  a("error_rate", v.error_rate);
  a("family", v.family);
  a("max_time_s", v.max_time_s);
  a("filter", v.filter);
  a("fail_on", v.fail_on);
  a("cpu", v.cpu);
}

template <class A>
void fields(A& a, Comparison& v) {
  a("started", v.started);
  a("elapsed_s", v.elapsed_s);
  a("complete", v.complete);
  a("method", v.method);
  a("base", v.base);
  a("changed", v.changed);
  a("settings", v.settings);
  a("environment", v.environment);
  a("doubts", v.doubts);
  a("advice", v.advice);
  a.required("benchmarks", v.benchmarks);
}

namespace {

constexpr DocumentKind kKind = {Comparison::kSchema, Comparison::kSchemaVersion, "comparison",
                                "perfbench compare --format json"};

// Index i of every column is the same pair; a column may be left out.
void require_equal_columns(const PairColumns& pairs, const std::string& path) {
  std::size_t count = 0;
  for (const std::size_t size : {pairs.log_ratio.size(), pairs.base_wall_ns.size(), pairs.changed_wall_ns.size(),
                                 pairs.base_cpu_ns.size(), pairs.changed_cpu_ns.size(), pairs.base_first.size()}) {
    if (size == 0) continue;
    if (count == 0) count = size;
    if (size == count) continue;
    throw BadInput(path + ".pairs: columns of " + std::to_string(count) + " and of " + std::to_string(size) +
                   " pairs; the file was changed after it was written");
  }
}

}  // namespace

std::string to_json_text(const Comparison& comparison) {
  return write_document(kKind, comparison);
}

Comparison comparison_from_json(std::string_view text, std::string_view origin) {
  auto comparison = read_document<Comparison>(kKind, text, origin);
  const std::string path = std::string(origin) + ": comparison.benchmarks[";
  for (std::size_t i = 0; i < comparison.benchmarks.size(); ++i) {
    require_equal_columns(comparison.benchmarks[i].pairs, path + std::to_string(i) + "]");
  }
  return comparison;
}

}  // namespace perfopt::model
