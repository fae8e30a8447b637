// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/suite_view.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <utility>

#include "perfopt/core/units.hpp"

namespace perfopt::report {
namespace {

using model::Status;
using model::Tendency;
using model::Verdict;

bool is_positive(double value) {
  return std::isfinite(value) && value > 0;
}

// Entries that differ in their size alone become one with all their sizes, in the order of the first of each.
template <class Entry>
class BySize {
 public:
  // `key`: what makes two entries one.
  void add(const std::array<std::string_view, 3>& key, Entry entry, std::uint64_t size) {
    std::array<std::string, 3> owned{std::string(key[0]), std::string(key[1]), std::string(key[2])};
    const auto [known, is_new] = index_.try_emplace(std::move(owned), entries_.size());
    if (is_new) entries_.push_back(std::move(entry));
    entries_[known->second].sizes.push_back(size);
  }
  [[nodiscard]] std::vector<Entry> take() { return std::move(entries_); }

 private:
  std::vector<Entry> entries_;
  std::map<std::array<std::string, 3>, std::size_t> index_;
};

void add_exclusion(BySize<Exclusion>& list, const model::Case& item, std::string_view variant,
                   const std::string& reason) {
  const std::string problem = item.category + "/" + item.problem;
  list.add({problem, variant, reason}, {problem, std::string(variant), item.unit, {}, reason}, item.size);
}

void add_remark(BySize<Remark>& remarks, std::string_view variant, const std::string& text, std::uint64_t size) {
  if (!text.empty()) remarks.add({variant, text, ""}, {std::string(variant), text, {}}, size);
}

std::ptrdiff_t count_verdicts(const ProblemView& problem, std::string_view name, Verdict verdict) {
  return std::ranges::count_if(problem.cases, [&](const model::Case* item) {
    const model::Variant* variant = find_variant(*item, name);
    return variant != nullptr && speedup_of(*variant) && variant->summary.verdict == verdict;
  });
}

void count_case(Tally& total, const model::Case& item) {
  const auto measured = static_cast<std::size_t>(std::ranges::count_if(item.variants, is_measured));
  total.results += measured;
  if (measured > 0) ++total.cases;
}

void count_findings(Tally& total, const ProblemView& problem) {
  if (problem.finding == nullptr) return;
  for (const model::VariantFinding& variant : problem.finding->variants) {
    if (pays_off(problem, variant)) ++total.paying;
    if (only_loses(problem, variant.variant)) ++total.losing;
  }
}

std::size_t count_sizes(const std::vector<Exclusion>& list) {
  return std::accumulate(list.begin(), list.end(), std::size_t{0},
                         [](std::size_t sum, const Exclusion& item) { return sum + item.sizes.size(); });
}

}  // namespace

std::vector<ProblemView> problems_of(const model::Suite& suite) {
  std::vector<ProblemView> problems;
  std::unordered_map<std::string, std::size_t> places;            // by id
  std::set<std::pair<std::size_t, std::string_view>> strategies;  // that are listed, by place
  for (const model::Case& item : suite.cases) {
    const std::string id = item.category + "/" + item.problem;
    const auto [known, is_new] = places.try_emplace(id, problems.size());
    if (is_new) problems.push_back({id, nullptr, {}, {}});
    const std::size_t place = known->second;
    problems[place].cases.push_back(&item);
    for (const model::Variant& variant : item.variants) {
      if (strategies.emplace(place, variant.name).second) problems[place].strategies.emplace_back(variant.name);
    }
  }
  for (ProblemView& problem : problems) std::ranges::stable_sort(problem.cases, {}, &model::Case::size);
  for (const model::Finding& finding : suite.findings) {
    const auto at = places.find(finding.category + "/" + finding.problem);
    if (at != places.end()) problems[at->second].finding = &finding;
  }
  return problems;
}

const model::Variant* find_variant(const model::Case& item, std::string_view name) {
  const auto at = std::ranges::find(item.variants, name, &model::Variant::name);
  return at == item.variants.end() ? nullptr : &*at;
}

bool is_measured(const model::Variant& variant) {
  return variant.status == Status::ok && is_positive(variant.summary.wall_ns);
}

std::optional<model::Interval> speedup_of(const model::Variant& variant) {
  const auto& speedup = variant.summary.speedup;
  if (!is_measured(variant) || !speedup || variant.summary.verdict == model::Verdict::baseline) return std::nullopt;
  if (!is_positive(speedup->estimate) || !is_positive(speedup->low) || !is_positive(speedup->high)) return std::nullopt;
  return speedup;
}

std::optional<double> per_run(const std::vector<std::uint64_t>& rounds, std::uint64_t instances) {
  if (rounds.empty() || instances == 0) return std::nullopt;
  const double sum = std::accumulate(rounds.begin(), rounds.end(), 0.0, [](double total, std::uint64_t next) {
    return total + static_cast<double>(next);
  });
  return sum / static_cast<double>(rounds.size()) / static_cast<double>(instances);
}

std::vector<Exclusion> exclusions(const model::Suite& suite, Status status) {
  BySize<Exclusion> list;
  for (const model::Case& item : suite.cases) {
    if (item.status == status) add_exclusion(list, item, "", item.reason);
    for (const model::Variant& variant : item.variants) {
      const bool told_by_case =
          item.status != Status::ok && (variant.status == Status::skipped || item.reason == variant.reason);
      if (variant.status == status && !told_by_case) add_exclusion(list, item, variant.name, variant.reason);
    }
  }
  return list.take();
}

std::string place_of(const Exclusion& exclusion) {
  std::string text = exclusion.problem;
  if (!exclusion.variant.empty()) text += "/" + exclusion.variant;
  if (!exclusion.sizes.empty()) text += " at " + sizes_text(exclusion.sizes);
  return exclusion.unit.empty() ? text : text + " " + exclusion.unit;
}

std::string sizes_text(const std::vector<std::uint64_t>& sizes) {
  std::string text;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    text += i == 0 ? "" : i + 1 == sizes.size() ? " and " : ", ";
    text += format_count(sizes[i]);
  }
  return text;
}

std::vector<Remark> conditions_of(const ProblemView& problem) {
  BySize<Remark> remarks;
  for (const model::Case* item : problem.cases) add_remark(remarks, "", item->conditions, item->size);
  return remarks.take();
}

std::vector<Remark> notes_of(const ProblemView& problem, bool all) {
  BySize<Remark> remarks;
  for (const std::string_view name : problem.strategies) {
    for (const model::Case* item : problem.cases) {
      const model::Variant* variant = find_variant(*item, name);
      if (variant == nullptr || !is_measured(*variant)) continue;
      if (all || is_baseline(problem, name) || item->best.variant == name) {
        add_remark(remarks, name, variant->note, item->size);
      }
    }
  }
  return remarks.take();
}

Tally tally(const model::Suite& suite) {
  Tally total;
  for (const model::Case& item : suite.cases) count_case(total, item);
  const std::vector<ProblemView> problems = problems_of(suite);
  total.problems = problems.size();
  for (const ProblemView& problem : problems) count_findings(total, problem);
  total.failures = count_sizes(exclusions(suite, Status::failed));
  total.skipped = count_sizes(exclusions(suite, Status::skipped));
  return total;
}

std::string weaker_text(const ProblemView& problem, std::string_view variant) {
  for (const model::Case* item : problem.cases) {
    const model::Variant* found = find_variant(*item, variant);
    if (found != nullptr && !found->weaker.empty()) return found->weaker;
  }
  return "";
}

bool is_weaker(const ProblemView& problem, std::string_view variant) {
  return !weaker_text(problem, variant).empty();
}

bool is_baseline(const ProblemView& problem, std::string_view variant) {
  return std::ranges::any_of(problem.cases, [&](const model::Case* item) {
    return !item->variants.empty() && item->variants.front().name == variant;
  });
}

const model::Variant& first_variant(const ProblemView& problem, std::string_view variant) {
  const auto at =
      std::ranges::find_if(problem.cases, [&](const auto* item) { return find_variant(*item, variant) != nullptr; });
  return *find_variant(**at, variant);
}

bool has_failed(const ProblemView& problem, std::string_view variant) {
  return std::ranges::any_of(problem.cases, [&](const model::Case* item) {
    const model::Variant* found = find_variant(*item, variant);
    return found != nullptr && found->status == Status::failed;
  });
}

bool pays_off(const ProblemView& problem, const model::VariantFinding& finding) {
  const bool loses = count_verdicts(problem, finding.variant, Verdict::loses) > 0;
  const bool wins = count_verdicts(problem, finding.variant, Verdict::wins) > 0;
  return wins && (!loses || finding.crossover) && !is_weaker(problem, finding.variant) &&
         !has_failed(problem, finding.variant);
}

bool only_loses(const ProblemView& problem, std::string_view variant) {
  return count_verdicts(problem, variant, Verdict::loses) > 0 && count_verdicts(problem, variant, Verdict::wins) == 0;
}

std::string tendency_text(const model::VariantFinding& finding) {
  const std::string size = finding.crossover ? format_about(finding.crossover->size) : "";
  switch (finding.tendency) {
    case Tendency::always_wins:
      return "wins";
    case Tendency::always_loses:
      return "loses";
    case Tendency::wins_from:
      return size.empty() ? "wins when large" : "wins from " + size;
    case Tendency::wins_below:
      return size.empty() ? "wins when small" : "wins below " + size;
    case Tendency::mixed:
      return "mixed";
    case Tendency::undecided:
      return "not told apart";
    case Tendency::not_measured:
      break;
  }
  return "not measured";
}

std::string_view verdict_text(model::Verdict verdict) {
  switch (verdict) {
    case model::Verdict::baseline:
      return "baseline";
    case model::Verdict::wins:
      return "wins";
    case model::Verdict::loses:
      return "loses";
    case model::Verdict::undecided:
      return "undecided";
    case model::Verdict::none:
      break;
  }
  return "not measured";
}

}  // namespace perfopt::report
