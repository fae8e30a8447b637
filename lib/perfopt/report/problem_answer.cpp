// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/problem_answer.hpp"

#include <algorithm>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/phrase.hpp"

namespace perfopt::report {
namespace {

using model::Case;
using model::Status;
using model::Variant;
using model::Verdict;

constexpr std::size_t kMostRuns = 3;   // of strategies one after the other; more are told without their sizes
constexpr std::size_t kMostSizes = 3;  // that are named as undecided

struct Choice {
  const Case* item;
  const Variant* best;
};

// Neighbouring sizes with the same choice.
struct Run {
  const Variant* best;
  const Case* first;
  const Case* last;
};

bool is_better(const Variant& variant) {
  return variant.summary.verdict == Verdict::wins && speedup_of(variant);
}

// The document's best of that size, unless it failed at any other: then the fastest of the rest that wins, else the
// baseline. Null when that failed too.
const Variant* best_of(const ProblemView& problem, const Case& item) {
  const Variant* named = find_variant(item, item.best.variant);
  if (named == nullptr || !is_measured(*named)) return nullptr;
  if (!has_failed(problem, named->name)) return named;
  const Variant* best = nullptr;
  for (const Variant& variant : item.variants) {
    if (!is_better(variant) || !variant.weaker.empty() || has_failed(problem, variant.name)) continue;
    if (best == nullptr || variant.summary.wall_ns < best->summary.wall_ns) best = &variant;
  }
  if (best != nullptr) return best;
  const Variant& baseline = item.variants.front();
  return is_measured(baseline) && !has_failed(problem, baseline.name) ? &baseline : nullptr;
}

// What to use at each size that was measured. Among equals the one of the size before: a change means something.
std::vector<Choice> choices_of(const ProblemView& problem) {
  std::vector<Choice> choices;
  std::string_view current;
  for (const Case* item : problem.cases) {
    const bool stays = std::ranges::find(item->best.tied, current) != item->best.tied.end();
    const Variant* leader = best_of(problem, *item);
    const Variant* kept = stays ? find_variant(*item, current) : nullptr;
    // Near a sure winner but not told apart from the baseline is not as good as it.
    const bool lags = kept != nullptr && leader != nullptr && is_better(*leader) && !is_better(*kept);
    const Variant* best = kept != nullptr && !lags ? kept : leader;
    if (best == nullptr || !is_measured(*best)) continue;
    choices.push_back({item, best});
    current = best->name;
  }
  return choices;
}

std::vector<Run> runs_of(const std::vector<Choice>& choices) {
  std::vector<Run> runs;
  for (const auto& [item, best] : choices) {
    if (runs.empty() || runs.back().best->name != best->name) {
      runs.push_back({best, item, item});
    } else {
      runs.back().last = item;
    }
  }
  return runs;
}

// Where one run ends: the crossover where the document has one between the two sizes, else the last size measured.
std::string border(const ProblemView& problem, const Run& run, const Run& next) {
  if (problem.finding != nullptr) {
    for (const model::VariantFinding& finding : problem.finding->variants) {
      if (finding.variant != run.best->name && finding.variant != next.best->name) continue;
      const auto& at = finding.crossover;
      if (at && at->low == run.last->size && at->high == next.first->size && format_about(at->size) != "-") {
        return "about " + format_about(at->size);
      }
    }
  }
  return format_count(run.last->size);
}

std::string use_text(const ProblemView& problem, const std::vector<Run>& runs) {
  if (runs.size() == 1) {
    const std::string& name = runs.front().best->name;
    return is_baseline(problem, name) ? "stay with " + name : name;
  }
  std::string text;
  if (runs.size() <= kMostRuns) {
    for (std::size_t i = 0; i + 1 < runs.size(); ++i) {
      text += runs[i].best->name + " up to " + border(problem, runs[i], runs[i + 1]);
      if (i == 0 && !problem.unit().empty()) text += " " + problem.unit();
      text += ", ";
    }
    return text + "then " + runs.back().best->name;
  }
  std::vector<std::string_view> names;
  for (const Run& run : runs) {
    if (std::ranges::find(names, run.best->name) == names.end()) names.emplace_back(run.best->name);
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string_view link = i + 1 == names.size() ? " or " : ", ";
    text += std::string(i == 0 ? "" : link) + std::string(names[i]);
  }
  return text + ", by size";
}

// The best of a size is told apart from the baseline, or, where that is the baseline, everything else from it: nothing
// is where the other one failed.
bool is_decided(const Case& item, const Variant& best) {
  if (best.name != item.variants.front().name) return is_better(best);
  return std::ranges::all_of(item.variants, [&](const Variant& variant) {
    if (&variant == &best || !variant.weaker.empty()) return true;
    if (!is_measured(variant)) return variant.status != Status::failed;
    return speedup_of(variant) && variant.summary.verdict != Verdict::undecided;
  });
}

// Something ran, rightly or not.
bool has_run(const Case& item) {
  return std::ranges::any_of(
      item.variants, [](const Variant& variant) { return is_measured(variant) || variant.status == Status::failed; });
}

std::string sure_text(const ProblemView& problem, const std::vector<Choice>& choices) {
  std::vector<std::uint64_t> doubtful;
  std::size_t missing = 0;
  for (const Case* item : problem.cases) {
    const auto choice = std::ranges::find(choices, item, &Choice::item);
    if (choice == choices.end() && !has_run(*item)) {
      ++missing;
    } else if (choice == choices.end() || !is_decided(*item, *choice->best)) {
      doubtful.push_back(item->size);
    }
  }
  const std::size_t sizes = problem.cases.size();
  std::string text =
      format_count(sizes - missing - doubtful.size()) + " of " + plural(sizes, "size", "sizes") + " decided";
  if (!doubtful.empty() && doubtful.size() < sizes) {
    const std::size_t more = doubtful.size() > kMostSizes ? doubtful.size() - kMostSizes : 0;
    doubtful.resize(doubtful.size() - more);
    text += "; undecided at " + sizes_text(doubtful);
    if (more > 0) text += " and " + format_count(more) + " more";
  }
  return missing == 0 ? text : text + "; " + format_count(missing) + " not measured";
}

template <class Holds>
bool any_variant(const ProblemView& problem, Holds holds) {
  return std::ranges::any_of(problem.cases,
                             [&](const Case* item) { return std::ranges::any_of(item->variants, holds); });
}

AnswerKind kind_of(const ProblemView& problem, const std::vector<Run>& runs) {
  const bool any_failed = any_variant(problem, [](const Variant& v) { return v.status == Status::failed; });
  if (runs.empty()) return any_failed ? AnswerKind::failed : AnswerKind::unknown;
  // What failed at any size is nothing to use, however fast it is at the others.
  const auto any = [&](const auto& holds) {
    return any_variant(problem, [&](const Variant& v) { return holds(v) && !has_failed(problem, v.name); });
  };
  if (any([](const Variant& v) { return is_better(v) && v.weaker.empty(); })) return AnswerKind::pays_off;
  if (any(is_better)) return AnswerKind::weaker;
  if (any([](const Variant& v) { return v.summary.verdict == Verdict::loses && speedup_of(v); })) {
    return AnswerKind::stay;
  }
  const bool compared = any([&](const Variant& v) { return is_measured(v) && !is_baseline(problem, v.name); });
  return any_failed && !compared ? AnswerKind::failed : AnswerKind::even;
}

std::optional<SpeedupRange> range_of(const std::vector<Choice>& choices) {
  std::optional<SpeedupRange> range;
  for (const auto& [item, best] : choices) {
    const auto speedup = speedup_of(*best);
    if (!speedup || !is_better(*best)) continue;
    if (!range) range = SpeedupRange{speedup->estimate, speedup->estimate};
    range->least = std::min(range->least, speedup->estimate);
    range->most = std::max(range->most, speedup->estimate);
  }
  return range;
}

// Where the strategies named are sure: on one side of a size, or at so many of them. "" for every size.
std::string where_of(const std::vector<Choice>& choices) {
  std::vector<bool> sure;
  for (const auto& [item, best] : choices) sure.push_back(is_better(*best));
  const auto count = static_cast<std::size_t>(std::ranges::count(sure, true));
  if (count == 0 || count == sure.size()) return "";
  const auto first = static_cast<std::size_t>(std::ranges::find(sure, true) - sure.begin());
  if (first + count == sure.size()) return "from " + format_count(choices[first].item->size);
  const bool together = std::ranges::find(sure, false) - sure.begin() == static_cast<std::ptrdiff_t>(count);
  if (together) return "up to " + format_count(choices[count - 1].item->size);
  return "at " + format_count(count) + " of " + plural(sure.size(), "size", "sizes");
}

}  // namespace

ProblemAnswer answer_of(const ProblemView& problem) {
  const auto choices = choices_of(problem);
  const std::vector<Run> runs = runs_of(choices);
  ProblemAnswer answer;
  answer.kind = kind_of(problem, runs);
  if (runs.empty()) {
    answer.use = answer.kind == AnswerKind::failed ? "nothing: all failed" : "nothing was measured";
    return answer;
  }
  answer.use = use_text(problem, runs);
  if (!any_variant(problem, [](const Variant& v) { return speedup_of(v).has_value(); })) {
    const bool failed = any_variant(problem, [](const Variant& v) { return v.status == model::Status::failed; });
    answer.kind = failed ? AnswerKind::failed : AnswerKind::unknown;
    answer.sure = "nothing valid to compare";
    return answer;
  }
  answer.speedups = range_of(choices);
  answer.where = where_of(choices);
  answer.sure = sure_text(problem, choices);
  return answer;
}

std::string speedups_text(const ProblemAnswer& answer) {
  if (!answer.speedups) return "";
  const std::string least = format_ratio(answer.speedups->least);
  const std::string most = format_ratio(answer.speedups->most);
  return least == most ? most : least + " to " + most;
}

std::string_view answer_sign(AnswerKind kind) {
  switch (kind) {
    case AnswerKind::pays_off:
      return "▲";
    case AnswerKind::weaker:
      return "◇";
    case AnswerKind::stay:
      return "▼";
    case AnswerKind::failed:
      return "✕";
    case AnswerKind::even:
    case AnswerKind::unknown:
      break;
  }
  return "≈";
}

}  // namespace perfopt::report
