// SPDX-License-Identifier: Apache-2.0
// A Suite arranged as every output shows it: by problem, sizes ascending, strategies in one order.
//
// The console, Markdown, CSV and HTML outputs read the document through these functions, so that they cannot
// disagree about what was measured, what may be shown as a speed-up and what was left out. Views point into the
// Suite and live no longer than it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/suite.hpp"
#include "perfopt/report/profile_link.hpp"

namespace perfopt::report {

struct ProblemView {
  std::string id;                            // "memory/maps"
  const model::Finding* finding = nullptr;   // null when the document draws no conclusion
  std::vector<const model::Case*> cases;     // by size
  std::vector<std::string_view> strategies;  // by first appearance: the baseline first
  std::vector<ProfileLink> profiles{};       // that stand in the same page, whatever they are of

  [[nodiscard]] const std::string& title() const { return cases.front()->title; }
  [[nodiscard]] const std::string& unit() const { return cases.front()->unit; }
};

// In the order of the document; every problem has at least one case.
[[nodiscard]] std::vector<ProblemView> problems_of(const model::Suite& suite);

// Null when the case does not have it.
[[nodiscard]] const model::Variant* find_variant(const model::Case& item, std::string_view name);

// Ran, passed every check, and has figures.
[[nodiscard]] bool is_measured(const model::Variant& variant);
// The only way to a speed-up: empty for the baseline, for what was skipped or failed, and for figures that are not
// finite and positive.
[[nodiscard]] std::optional<model::Interval> speedup_of(const model::Variant& variant);
// Mean per run over all rounds; empty without rounds.
[[nodiscard]] std::optional<double> per_run(const std::vector<std::uint64_t>& rounds, std::uint64_t instances);

// What was left out or refused, with the sizes it happened at, the same reason told once. Where a whole case was, its
// variants are named only for failures of their own.
struct Exclusion {
  std::string problem;  // "memory/maps"
  std::string variant;  // "" for the whole case
  std::string unit;
  std::vector<std::uint64_t> sizes;
  std::string reason;
};
[[nodiscard]] std::vector<Exclusion> exclusions(const model::Suite& suite, model::Status status);
// "memory/maps/flat at 1,000 and 100,000 elements".
[[nodiscard]] std::string place_of(const Exclusion& exclusion);

// The same text told once, with the sizes that it holds for.
struct Remark {
  std::string variant;  // "" where it is told of the whole problem
  std::string text;
  std::vector<std::uint64_t> sizes;
};
// On what the cases of a problem ran; empty when that is this machine alone.
[[nodiscard]] std::vector<Remark> conditions_of(const ProblemView& problem);
// What the strategies found out; of the baseline and the best alone when `all` is false.
[[nodiscard]] std::vector<Remark> notes_of(const ProblemView& problem, bool all);
// "64 and 4,096", "1, 2 and 3".
[[nodiscard]] std::string sizes_text(const std::vector<std::uint64_t>& sizes);

struct Tally {
  std::size_t problems = 0;
  std::size_t cases = 0;     // with at least one measured variant
  std::size_t results = 0;   // measured variants of all cases
  std::size_t failures = 0;  // variants and whole cases that were refused
  std::size_t skipped = 0;   // variants and whole cases that did not run
  std::size_t paying = 0;    // strategies that pays_off() holds for
  std::size_t losing = 0;    // strategies that only_loses() holds for
};
[[nodiscard]] Tally tally(const model::Suite& suite);

// True when the variant means less than the baseline at any size.
[[nodiscard]] bool is_weaker(const ProblemView& problem, std::string_view variant);

// What it means less, in words; "" when it means the same.
[[nodiscard]] std::string weaker_text(const ProblemView& problem, std::string_view variant);
[[nodiscard]] bool is_baseline(const ProblemView& problem, std::string_view variant);
// One that stands for the variant's description. `variant` is one of problem.strategies.
[[nodiscard]] const model::Variant& first_variant(const ProblemView& problem, std::string_view variant);
// True when it was refused at any size.
[[nodiscard]] bool has_failed(const ProblemView& problem, std::string_view variant);
// Wins at some size and loses at none, or only on the far side of one crossover; means the same as the baseline and
// failed nowhere.
[[nodiscard]] bool pays_off(const ProblemView& problem, const model::VariantFinding& finding);
// Loses at some size and wins at none.
[[nodiscard]] bool only_loses(const ProblemView& problem, std::string_view variant);

// "wins", "wins from 1,000", "wins below 64", "loses", "not told apart", "mixed", "not measured".
[[nodiscard]] std::string tendency_text(const model::VariantFinding& finding);
// "wins", "loses", "undecided", "baseline", "not measured".
[[nodiscard]] std::string_view verdict_text(model::Verdict verdict);

}  // namespace perfopt::report
