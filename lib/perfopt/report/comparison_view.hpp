// SPDX-License-Identifier: Apache-2.0
// A Comparison as every output tells it: what counts, what fails, in which order, in which words.
//
// All outputs read the document through these functions, so that console, pull request and CI system cannot disagree.
// Texts are those of the document, not yet made safe for the place where they are shown (escape.hpp).
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/comparison.hpp"

namespace perfopt::report {

inline constexpr std::size_t kChanges = 7;  // values of model::Change

struct ChangeTally {
  std::array<std::size_t, kChanges> of{};
  std::size_t gates = 0;     // second gates, such as instructions, that are slower
  std::size_t failures = 0;  // benchmarks that fails() holds for

  [[nodiscard]] std::size_t operator[](model::Change change) const { return of[static_cast<std::size_t>(change)]; }
};
[[nodiscard]] ChangeTally tally(const model::Comparison& comparison);

// A job that asked for this comparison fails because of it: a benchmark that could not be measured or gave another
// output; one whose verdict stands in settings.fail_on ("slower" alone when that is empty); a second gate that is
// slower where "slower" fails.
[[nodiscard]] bool fails(const model::Comparison& comparison, const model::ComparedBenchmark& benchmark);

// "slower", "faster", "same", ...
[[nodiscard]] std::string_view change_name(model::Change change);
// "▲" for slower, "▼" for faster, ...: the same in every output, and the way the markers of forests point.
[[nodiscard]] std::string_view sign_of(model::Change change);

using BenchmarkList = std::vector<const model::ComparedBenchmark*>;
// The slowest first for slower and inconclusive, the fastest first for faster, else in the order of the document.
[[nodiscard]] BenchmarkList with_verdict(const model::Comparison& comparison, model::Change verdict);
// A second gate that is not `same`.
struct GateView {
  const model::ComparedBenchmark* benchmark;
  const model::MetricChange* metric;
};
[[nodiscard]] std::vector<GateView> gates(const model::Comparison& comparison);

// "parse", or "parse (was: parse_json)".
[[nodiscard]] std::string name_of(const model::ComparedBenchmark& benchmark);
// "+3.1 %", "-0.12 %"; "" without an estimate.
[[nodiscard]] std::string change_of(const model::ComparedBenchmark& benchmark);
// "+2.7 to +3.5 %"; "" without one.
[[nodiscard]] std::string interval_of(const model::ComparedBenchmark& benchmark);
// "12.4 us" of "ns", "4.01 MiB" of "bytes", "8.10 M ops" of what we do not know.
[[nodiscard]] std::string value_words(double value, std::string_view unit);
// "12.4 us -> 12.8 us"; "" when neither is known, "-" for a side that is not.
[[nodiscard]] std::string values_of(const model::ComparedBenchmark& benchmark);
[[nodiscard]] std::string values_of(const model::MetricChange& metric);
// "cpu time".
[[nodiscard]] std::string metric_words(std::string_view metric);
// "instructions (second gate, valgrind): +3.7 %, 8.10 M -> 8.40 M, slower".
[[nodiscard]] std::string gate_words(const model::MetricChange& metric);
// "peak rss 4.01 MiB -> 4.10 MiB (rusage)"; with the reason for one that is not known.
[[nodiscard]] std::string figure_words(const model::MetricChange& metric);
// "smallest change that would have been found: 6.3 %"; "" when it is not known.
[[nodiscard]] std::string detectable_words(const model::ComparedBenchmark& benchmark);
// "within 2 %", or "within their margins" where these differ.
[[nodiscard]] std::string margin_words(const model::Comparison& comparison);
// "2 %", "1.5 %", "0.25 %": a share that somebody chose.
[[nodiscard]] std::string share_words(double share);

// What to do about those without a verdict; "" when there are none.
[[nodiscard]] std::string inconclusive_advice(const model::Comparison& comparison);
// How sure the verdicts are: the error rate, what it holds for, how it was measured. One sentence each.
[[nodiscard]] std::vector<std::string> certainty(const model::Comparison& comparison);
// "base: build/base/bench, commit 1a2b3c4d5e6f".
[[nodiscard]] std::string side_words(const model::ComparedSide& side, std::string_view role);
// When, how long, where; what is known.
[[nodiscard]] std::vector<std::string> origin_parts(const model::Comparison& comparison);
// Those of the comparison, then those of the machine.
[[nodiscard]] std::vector<model::Doubt> doubts_of(const model::Comparison& comparison);

}  // namespace perfopt::report
