// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/summary_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <tuple>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/history_page.hpp"
#include "perfopt/report/history_text.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_view.hpp"
#include "perfopt/report/suite_view.hpp"
#include "perfopt/report/summary_comparison.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::report {
namespace {

using model::Status;
using model::Suite;
using model::Variant;

constexpr std::size_t kRows = 5;
constexpr std::size_t kAdvice = 3;

// A task with a strategy that is the best at one size at least, and what that one strategy gives.
struct Gain {
  const ProblemView* problem;
  const Variant* best;     // at the largest size at which it wins
  double most = 0;         // over the sizes at which it wins
  double least = 0;        // likewise
  std::uint64_t from = 0;  // the smallest of them
  std::uint64_t to = 0;    // the largest of them
  std::size_t wins = 0;    // how many
  bool lasts = false;      // it wins at every size from `from` on
};

const Variant* winner(const model::Case& item, std::string_view name) {
  const Variant* variant = find_variant(item, name);
  const bool wins = variant != nullptr && variant->summary.verdict == model::Verdict::wins && variant->weaker.empty();
  return wins && speedup_of(*variant) ? variant : nullptr;
}

std::optional<Gain> gain_of(const ProblemView& problem, std::string_view name) {
  std::optional<Gain> gain;
  for (const model::Case* item : problem.cases) {
    const Variant* variant = winner(*item, name);
    if (variant == nullptr) {
      if (gain) gain->lasts = false;
      continue;
    }
    const double speedup = speedup_of(*variant)->estimate;
    if (!gain) gain = Gain{&problem, variant, speedup, speedup, item->size, item->size, 0, true};
    gain->best = variant;
    gain->most = std::max(gain->most, speedup);
    gain->least = std::min(gain->least, speedup);
    gain->to = item->size;
    ++gain->wins;
  }
  return gain;
}

// Of the strategies that are the best somewhere: the one that wins at the most sizes, then that at the larger ones. One
// that failed at any size is none to recommend, however fast it is at the others.
std::optional<Gain> gain_of(const ProblemView& problem) {
  std::optional<Gain> chosen;
  for (const std::string_view name : problem.strategies) {
    const bool leads = !has_failed(problem, name) && std::ranges::any_of(problem.cases, [&](const model::Case* item) {
      return item->best.variant == name && winner(*item, name) != nullptr;
    });
    const auto gain = leads ? gain_of(problem, name) : std::nullopt;
    if (!gain) continue;
    const auto rank = [](const Gain& of) { return std::tuple(of.wins, of.to, of.most); };
    if (!chosen || rank(*gain) > rank(*chosen)) chosen = gain;
  }
  return chosen;
}

// "2.4", "17", "550": as precise as people say it.
std::string times_text(double factor) {
  std::array<char, 32> text{};
  if (factor >= 99.5) {
    return format_about(factor);
  }
  std::snprintf(text.data(), text.size(), factor < 9.95 ? "%.1f" : "%.0f", factor);
  return text.data();
}

std::string gain_words(const Gain& gain) {
  const std::string least = times_text(gain.least);
  const std::string most = times_text(gain.most);
  return (least == most ? most : least + " to " + most) + " times as fast";
}

std::string effort_words(std::string_view level) {
  if (level == "conservative") return "small change";
  return level == "aggressive" ? "large change" : "moderate change";
}

std::string from_words(const Gain& gain) {
  const std::size_t sizes = gain.problem->cases.size();
  if (gain.wins == sizes) return "at every size";
  if (!gain.lasts) return "at " + format_count(gain.wins) + " of " + plural(sizes, "size", "sizes");
  return "from about " + format_about(static_cast<double>(gain.from)) + " " +
         html_text(gain.problem->unit(), kNameLength);
}

std::string task_words(const ProblemView& problem) {
  return problem.title().empty() ? html_name(problem.id) : html_text(problem.title(), 2 * kNameLength);
}

std::string row(const Gain& gain) {
  const std::string& costs = gain.best->costs;
  return "<tr><th class=\"words\" scope=\"row\">" + task_words(*gain.problem) + "</th><td class=\"words\"><b>" +
         gain_words(gain) + "</b><br><span class=\"muted\">" + from_words(gain) + "</span></td><td class=\"words\">" +
         (costs.empty() ? "nothing that is known" : html_text(costs)) + "</td><td class=\"words\">" +
         effort_words(gain.best->level) + "</td></tr>\n";
}

// All gains of all suites, the largest first.
std::vector<Gain> gains_of(const std::vector<std::vector<ProblemView>>& suites) {
  std::vector<Gain> gains;
  for (const auto& problems : suites) {
    for (const ProblemView& problem : problems) {
      if (const auto gain = gain_of(problem)) gains.push_back(*gain);
    }
  }
  std::ranges::stable_sort(gains, [](const Gain& a, const Gain& b) { return a.most > b.most; });
  return gains;
}

std::string gain_table(const std::vector<Gain>& gains) {
  if (gains.empty()) return "<p>Nothing that was measured is faster than what is there.</p>";
  std::string out =
      "<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"The largest gains\">\n<table><thead><tr>"
      "<th class=\"words\" scope=\"col\">task</th><th class=\"words\" scope=\"col\">gain</th>"
      "<th class=\"words\" scope=\"col\">what it costs</th><th class=\"words\" scope=\"col\">work</th></tr></thead>\n"
      "<tbody>\n";
  for (std::size_t i = 0; i < std::min(gains.size(), kRows); ++i) out += row(gains[i]);
  out += "</tbody>\n</table></div>\n";
  if (gains.size() > kRows) {
    out += "<p class=\"muted note\">" + plural(gains.size() - kRows, "more task gains", "more tasks gain") + ".</p>\n";
  }
  return out;
}

struct Totals {
  std::size_t tasks = 0;
  std::vector<std::string> failed;  // methods, each once a task; HTML
  std::size_t doubts = 0;
};

// A case that failed as a whole, with no strategy to blame, is that of the usual way. HTML.
std::vector<std::string> failed_methods(const ProblemView& problem) {
  std::vector<std::string> failed;
  for (const std::string_view name : problem.strategies) {
    if (has_failed(problem, name)) failed.push_back("<b>" + html_name(name) + "</b> of " + task_words(problem));
  }
  const bool any = std::ranges::any_of(problem.cases, [](const auto* item) { return item->status == Status::failed; });
  if (failed.empty() && any) failed.push_back("the usual way of " + task_words(problem));
  return failed;
}

Totals totals_of(const SummaryInput& input, const std::vector<std::vector<ProblemView>>& suites) {
  Totals totals;
  for (const auto& problems : suites) {
    totals.tasks += problems.size();
    for (const ProblemView& problem : problems)
      std::ranges::copy(failed_methods(problem), std::back_inserter(totals.failed));
  }
  for (const Suite* suite : input.suites) totals.doubts += suite->environment.doubts.size();
  return totals;
}

double typical_of(const std::vector<Gain>& gains) {
  std::vector<double> factors;
  for (const Gain& gain : gains) factors.push_back(gain.most);
  return stats::median(factors);
}

std::string tiles(const SummaryInput& input, const Totals& totals, const std::vector<Gain>& gains) {
  std::string out;
  if (totals.tasks > 0) {
    out += summary_tile(format_count(gains.size()) + " of " + format_count(totals.tasks), "tasks can run faster");
    if (!gains.empty()) {
      out += summary_tile(times_text(typical_of(gains)) + " times", "as fast, typically") +
             summary_tile(times_text(gains.front().most) + " times", "as fast, at best");
    }
    out += summary_tile(format_count(totals.failed.size()),
                        totals.failed.size() == 1 ? "method failed" : "methods failed", !totals.failed.empty());
  }
  for (const model::Comparison* comparison : input.comparisons) {
    out += tiles_of_changes(*comparison);
  }
  return out.empty() ? "" : "<ul class=\"tiles\">\n" + out + "</ul>\n";
}

// The largest gain that needs little work.
const Gain* easiest(const std::vector<Gain>& gains) {
  const auto found = std::ranges::find_if(gains, [](const Gain& gain) { return gain.best->level == "conservative"; });
  return found == gains.end() ? nullptr : &*found;
}

std::string next_for_tasks(const Totals& totals, const std::vector<Gain>& gains) {
  std::string out;
  if (!totals.failed.empty()) {
    std::string names;
    for (std::size_t i = 0; i < std::min(totals.failed.size(), kAdvice); ++i) {
      names += (i == 0 ? "" : ", ") + totals.failed[i];
    }
    out += summary_item("Do not use " + plural(totals.failed.size(), "method that failed", "methods that failed") +
                        " at one size or more, find out why first: " + names +
                        (totals.failed.size() > kAdvice ? ", and more" : "") + ".");
  }
  if (const Gain* first = easiest(gains)) {
    out += summary_item("Start with <b>" + task_words(*first->problem) + "</b>: " + gain_words(*first) + " " +
                        from_words(*first) + " for a small change (" + html_text(first->best->does) + ").");
  }
  if (totals.tasks > gains.size()) {
    out += summary_item("Leave " + plural(totals.tasks - gains.size(), "task as it is", "tasks as they are") +
                        ": nothing that was tried is surely faster there.");
  }
  if (totals.doubts > 0) {
    out += summary_item("Measure once more on a quiet machine before a large decision: the report names " +
                        plural(totals.doubts, "thing that makes", "things that make") + " these figures less sure.");
  }
  return out;
}

std::string next_for_profile(const model::Profile& profile) {
  const ProfileView view(profile);
  std::string out;
  for (const std::string& sentence : answer(view)) out += summary_item(html_text(sentence));
  for (std::size_t i = 0; i < std::min(profile.recommendations.size(), kAdvice); ++i) {
    const model::Recommendation& advice = profile.recommendations[i];
    out += summary_item("<b>" + html_text(advice.title) + "</b>: " + html_text(gain_text(advice)) + ".");
  }
  return !profile.recommendations.empty() || !view.has_samples()
             ? out
             : out + summary_item("None of the known faults was found; the report's flame graph shows the whole.");
}

std::string trend(const model::History& history) {
  std::string items;
  std::size_t told = 0;
  for (const model::HistorySeries& series : history.series) {
    const bool recent = !series.changes.empty() && series.changes.back().recent;
    if (!recent || told++ >= kAdvice) continue;
    items += summary_item(html_name(series.name) + ": " + html_text(change_line(series, series.changes.back())));
  }
  return "<p>" + history_answer(history) + ".</p>\n" + (items.empty() ? "" : "<ul>\n" + items + "</ul>\n");
}

std::string heading(const SummaryInput& input, const Totals& totals, const std::vector<Gain>& gains) {
  if (totals.tasks > 0 && gains.empty()) return "None of " + plural(totals.tasks, "task", "tasks") + " gains";
  if (totals.tasks > 0) {
    return format_count(gains.size()) + " of " + plural(totals.tasks, "task", "tasks") + " can run faster, typically " +
           times_text(typical_of(gains)) + " times as fast";
  }
  if (!input.comparisons.empty()) return heading_of_changes(*input.comparisons.front());
  if (!input.histories.empty()) return history_answer(*input.histories.front());
  return "What to do for speed";
}

std::string where(const SummaryInput& input) {
  std::string out;
  for (const Suite* suite : input.suites) {
    for (const std::string& part : {suite->environment.host, suite->environment.cpu_model, moment(suite->started)}) {
      if (!part.empty()) out += (out.empty() ? "" : " · ") + html_text(part, kNameLength);
    }
  }
  for (const model::Comparison* comparison : input.comparisons) {
    for (const std::string& part :
         {sides_of_changes(*comparison), html_text(comparison->environment.cpu_model, kNameLength)}) {
      if (!part.empty()) out += (out.empty() ? "" : " · ") + part;
    }
  }
  for (const model::Profile* profile : input.profiles) {
    out += (out.empty() ? "" : " · ") + std::string("<code>") + html_text(profile->command, kNameLength) + "</code>";
  }
  return out;
}

constexpr std::string_view kOfGains =
    "Each gain was measured on this machine against the usual way of doing the task, with the same result, and is sure "
    "beyond chance. ";
constexpr std::string_view kFootnote = "The full report, without --summary, holds every figure behind this page.";

}  // namespace

Article summary_article(const SummaryInput& input) {
  std::vector<std::vector<ProblemView>> problems;
  for (const Suite* suite : input.suites) problems.push_back(problems_of(*suite));
  const std::vector<Gain> gains = gains_of(problems);
  const Totals totals = totals_of(input, problems);
  std::string next = next_for_tasks(totals, gains);
  for (const model::Comparison* comparison : input.comparisons) {
    next += next_for_changes(*comparison) + doubts_of_changes(*comparison);
  }
  for (const model::Profile* profile : input.profiles) next += next_for_profile(*profile);
  Article article;
  article.style = "summary";
  article.title = "Summary";
  article.kind = "summary";
  article.heading = heading(input, totals, gains);
  article.origin = where(input);
  article.body = tiles(input, totals, gains);
  if (totals.tasks > 0)
    article.body += page_section("", "gain", "What is gained, and what it costs", gain_table(gains));
  if (!next.empty()) article.body += page_section("", "next", "What next", "<ol>\n" + next + "</ol>");
  std::string development;
  for (const model::History* history : input.histories) development += trend(*history);
  if (!development.empty()) article.body += page_section("", "trend", "How it develops", development);
  article.footnote = std::string(gains.empty() ? "" : kOfGains) + std::string(kFootnote);
  return article;
}

}  // namespace perfopt::report
