// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/problem_answer.hpp"

#include <algorithm>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/phrase.hpp"

namespace perfopt::report {
namespace {

using model::Case;
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

// What to use at each size that was measured. Among equals the one of the size before: a change means something.
std::vector<Choice> choices_of(const ProblemView& problem) {
  std::vector<Choice> choices;
  std::string_view current;
  for (const Case* item : problem.cases) {
    const bool stays = std::ranges::find(item->best.tied, current) != item->best.tied.end();
    const Variant* best = find_variant(*item, stays ? current : std::string_view(item->best.variant));
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

// The best of a size is told apart from the baseline, or, where that is the baseline, everything else from it.
bool is_decided(const Case& item, const Variant& best) {
  if (best.name != item.variants.front().name) return is_better(best);
  return std::ranges::all_of(item.variants, [&](const Variant& variant) {
    return &variant == &best || !is_measured(variant) || !variant.weaker.empty() ||
           (speedup_of(variant) && variant.summary.verdict != Verdict::undecided);
  });
}

std::string sure_text(const ProblemView& problem, const std::vector<Choice>& choices) {
  std::vector<std::uint64_t> doubtful;
  for (const auto& [item, best] : choices) {
    if (!is_decided(*item, *best)) doubtful.push_back(item->size);
  }
  const std::size_t sizes = problem.cases.size();
  std::string text =
      format_count(choices.size() - doubtful.size()) + " of " + plural(sizes, "size", "sizes") + " decided";
  if (!doubtful.empty() && doubtful.size() < sizes) {
    const std::size_t more = doubtful.size() > kMostSizes ? doubtful.size() - kMostSizes : 0;
    doubtful.resize(doubtful.size() - more);
    text += "; undecided at " + sizes_text(doubtful);
    if (more > 0) text += " and " + format_count(more) + " more";
  }
  const std::size_t missing = sizes - choices.size();
  return missing == 0 ? text : text + "; " + format_count(missing) + " not measured";
}

bool any_variant(const ProblemView& problem, bool (*holds)(const Variant&)) {
  return std::ranges::any_of(problem.cases,
                             [&](const Case* item) { return std::ranges::any_of(item->variants, holds); });
}

AnswerKind kind_of(const ProblemView& problem, const std::vector<Run>& runs) {
  if (runs.empty()) {
    const bool failed = any_variant(problem, [](const Variant& v) { return v.status == model::Status::failed; });
    return failed ? AnswerKind::failed : AnswerKind::unknown;
  }
  const auto pays = [](const Variant& v) { return is_better(v) && v.weaker.empty(); };
  if (any_variant(problem, pays)) return AnswerKind::pays_off;
  if (any_variant(problem, is_better)) return AnswerKind::weaker;
  const auto loses = [](const Variant& v) { return v.summary.verdict == Verdict::loses && speedup_of(v).has_value(); };
  if (any_variant(problem, loses)) return AnswerKind::stay;
  return AnswerKind::even;
}

std::optional<SpeedupRange> range_of(const std::vector<Choice>& choices) {
  std::optional<SpeedupRange> range;
  for (const auto& [item, best] : choices) {
    const auto speedup = speedup_of(*best);
    if (!speedup) continue;
    if (!range) range = SpeedupRange{speedup->estimate, speedup->estimate};
    range->least = std::min(range->least, speedup->estimate);
    range->most = std::max(range->most, speedup->estimate);
  }
  return range;
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
  answer.speedups = range_of(choices);
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
