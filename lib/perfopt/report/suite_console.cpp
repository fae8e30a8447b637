// SPDX-License-Identifier: Apache-2.0
// The view that most users see, and often the only one. 80 columns, ASCII but for the document's own text.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/suite_view.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::Status;

Ink ink_of(model::Verdict verdict) {
  return verdict == model::Verdict::wins ? Ink::good : verdict == model::Verdict::loses ? Ink::bad : Ink::plain;
}

std::string mark_of(model::Verdict verdict) {
  switch (verdict) {
    case model::Verdict::wins:
      return "+";
    case model::Verdict::loses:
      return "-";
    case model::Verdict::undecided:
      return "~";
    default:
      return "";
  }
}

constexpr std::size_t kWidthForSpread = 92;

class Console {
 public:
  Console(const model::Suite& suite, const TextOptions& options)
      : suite_(suite), problems_(problems_of(suite)), options_(options), width_(std::max(options.width, 80U)) {}

  std::string text() {
    head();
    refused();
    answer();
    fleet();
    for (const ProblemView& problem : problems_) details(problem);
    left_out();
    doubts();
    out_ += "\n" + painted(printable(summary_line(suite_)), Ink::strong, options_.color) + "\n";
    return std::move(out_);
  }

 private:
  void heading(std::string_view text, Ink ink = Ink::strong) {
    out_ += "\n" + painted(std::string(text), ink, options_.color) + "\n";
  }
  void paragraph(std::string_view text, std::string_view first = "  ", Ink ink = Ink::plain) {
    std::string lines = wrapped(printable(text), first, width_);
    lines.pop_back();
    out_ += painted(std::move(lines), ink, options_.color) + "\n";
  }

  void head() {
    origin();
    const std::string incomplete = incomplete_line(suite_);
    if (!incomplete.empty()) paragraph(incomplete, "", Ink::doubtful);
  }

  // As many parts in a line as fit: a part is broken only when it is longer than a line.
  void origin() {
    std::string line;
    const auto flush = [&] {
      if (!line.empty()) paragraph(std::exchange(line, {}), "", Ink::faint);
    };
    for (const std::string& raw : origin_parts(suite_)) {
      const std::string part = printable(raw);
      if (character_count(line) + 3 + character_count(part) > width_) flush();
      line += (line.empty() ? "" : " | ") + part;
    }
    flush();
  }

  void refused() {
    const std::vector<Exclusion> failures = exclusions(suite_, Status::failed);
    if (failures.empty()) return;
    heading("FAILED: wrong or refused, no speed-up is given", Ink::bad);
    for (const Exclusion& failure : failures) {
      paragraph(place_of(failure) + ": " + failure.reason, "  x ");
    }
  }

  void answer() {
    heading("What pays off on this machine");
    if (problems_.empty()) paragraph("No case was measured.");
    std::size_t longest = 0;
    for (const ProblemView& problem : problems_)
      longest = std::max(longest, character_count(printable(problem.id, 30)));
    for (const ProblemView& problem : problems_) {
      const std::string name = "  " + left(printable(problem.id, 30), longest) + "  ";
      const bool has_answer = problem.finding != nullptr && !problem.finding->sentence.empty();
      paragraph(has_answer ? problem.finding->sentence : "nothing was measured that allows an answer", name);
    }
  }

  void details(const ProblemView& problem) {
    std::string title = printable(problem.id, 30);
    if (!problem.title().empty()) title = wrapped(printable(problem.title()), title + "  ", width_);
    if (title.back() == '\n') title.pop_back();
    heading(title);
    out_ += size_table(problem).text("  ", width_, options_.color);
    marks(problem);
    limits(problem);
    ties(problem);
    remarks(problem);
    if (problem.finding == nullptr) return;
    for (const model::VariantFinding& finding : problem.finding->variants) strategy(problem, finding);
    for (const model::Scaling& scaling : suite_.scalings) {
      if (scaling.category + "/" + scaling.problem == problem.id) paragraph(scaling_line(scaling), "  # ");
    }
  }

  void remarks(const ProblemView& problem) {
    const std::vector<Remark> conditions = conditions_of(problem);
    for (const Remark& remark : conditions) {
      const std::string sizes = conditions.size() > 1 ? " at " + sizes_text(remark.sizes) : "";
      paragraph(remark.text, "  on" + sizes + ": ");
    }
    for (const Remark& remark : notes_of(problem, options_.verbose)) {
      paragraph(remark.variant + " at " + sizes_text(remark.sizes) + ": " + remark.text, "  . ");
    }
  }

  void fleet() {
    if (!suite_.fleet) return;
    heading("Hosts");
    paragraph(suite_.fleet->sentence);
    for (const model::FleetHost& host : suite_.fleet->hosts) {
      paragraph(host_line(host), host.slow ? "  - " : "  . ", host.slow ? Ink::bad : Ink::plain);
      for (const std::string& failure : host.failures) paragraph("FAILED: " + failure, "    x ", Ink::bad);
    }
    for (const model::FleetDifference& difference : suite_.fleet->differences) {
      paragraph(difference_line(difference), "  ! ", Ink::doubtful);
    }
  }

  TextTable size_table(const ProblemView& problem) const {
    const std::string size = problem.unit().empty() ? "size" : printable(problem.unit(), 12);
    TextTable table({{size},
                     {"", false, 1},
                     {options_.verbose ? "strategy" : "best", false, 40},
                     {"speed-up"},
                     {"95 % interval"},
                     {"time"},
                     {"spread"},
                     {"limit"}});
    for (const model::Case* item : problem.cases) {
      bool first = true;
      for (const model::Variant& variant : item->variants) {
        const bool best = variant.name == item->best.variant;
        if (!is_measured(variant) || (!best && !options_.verbose)) continue;
        add_row(table, *item, variant, first, best);
        first = false;
      }
    }
    return table;
  }

  void add_row(TextTable& table, const model::Case& item, const model::Variant& variant, bool first, bool best) const {
    const model::Summary& summary = variant.summary;
    const bool baseline = summary.verdict == model::Verdict::baseline;
    const bool undecided = summary.verdict == model::Verdict::undecided;
    std::string name = printable(variant.name, kNameLength);
    if (options_.verbose && best) name += " *";
    if (!variant.weaker.empty()) name += " (weaker)";
    table.add(
        {first ? format_count(item.size) : "", options_.verbose || undecided ? mark_of(summary.verdict) : "", name,
         baseline ? "baseline" : speedup_text(variant), interval_text(variant), format_duration_ns(summary.wall_ns),
         options_.verbose && width_ >= kWidthForSpread ? format_percent(summary.spread) : "",
         limit_share_text(variant)},
        options_.verbose ? ink_of(summary.verdict) : Ink::plain);
  }

  void limits(const ProblemView& problem) {
    const std::vector<std::string> names = limit_names(problem, !options_.verbose);
    if (names.empty()) return;
    std::string text = "limit: share of this machine's ";
    for (const std::string& name : names) text += (&name == &names.front() ? "" : " or ") + name;
    paragraph(text + ", measured beside it");
  }

  void marks(const ProblemView& problem) {
    const bool doubtful = std::ranges::any_of(problem.cases, [](const model::Case* item) {
      const model::Variant* best = find_variant(*item, item->best.variant);
      return best != nullptr && best->summary.verdict == model::Verdict::undecided && is_measured(*best);
    });
    if (options_.verbose) {
      out_ += "  + wins, - loses, ~ not told apart from the baseline, * best\n";
    } else if (doubtful) {
      out_ += "  ~ not told apart from the baseline\n";
    }
  }

  void ties(const ProblemView& problem) {
    std::vector<std::pair<std::string, std::string>> groups;  // names, sizes
    for (const model::Case* item : problem.cases) {
      if (item->best.tied.empty()) continue;
      std::string names;
      for (const std::string& name : item->best.tied) names += (names.empty() ? "" : ", ") + name;
      const auto known = std::ranges::find(groups, names, &std::pair<std::string, std::string>::first);
      if (known == groups.end()) {
        groups.emplace_back(std::move(names), format_count(item->size));
      } else {
        known->second += ", " + format_count(item->size);
      }
    }
    for (const auto& [names, sizes] : groups) paragraph("tied with the best at " + sizes + ": " + names, "  = ");
  }

  void strategy(const ProblemView& problem, const model::VariantFinding& finding) {
    const bool pays = pays_off(problem, finding);
    const bool loses = only_loses(problem, finding.variant);
    std::string text = strategy_line(problem, finding);
    const std::string weaker = weaker_text(problem, finding.variant);
    if (!weaker.empty()) text += ". WEAKER, not a plain win: " + weaker;
    paragraph(text, pays ? "  + " : loses ? "  - " : "  ~ ", pays ? Ink::good : loses ? Ink::bad : Ink::plain);
  }

  void left_out() {
    const std::vector<Exclusion> skipped = exclusions(suite_, Status::skipped);
    if (skipped.empty() && suite_.skipped_categories.empty()) return;
    heading("Skipped");
    for (const Exclusion& item : skipped) paragraph(place_of(item) + ": " + item.reason, "  . ");
    for (const model::SkippedCategory& item : suite_.skipped_categories) {
      paragraph(item.category + ": " + item.reason, "  . ");
    }
  }

  void doubts() {
    if (suite_.environment.doubts.empty()) return;
    heading("What makes these numbers doubtful", Ink::doubtful);
    for (const model::Doubt& doubt : suite_.environment.doubts) {
      paragraph(doubt.finding + (doubt.advice.empty() ? "" : " -> " + doubt.advice), "  ! ");
    }
  }

  const model::Suite& suite_;
  std::vector<ProblemView> problems_;
  TextOptions options_;
  std::size_t width_;
  std::string out_;
};

std::string best_text(const model::Case& item) {
  const model::Variant* best = find_variant(item, item.best.variant);
  if (best == nullptr || !is_measured(*best)) return "nothing measured";
  const std::string speedup = speedup_text(*best);
  const std::string undecided = best->summary.verdict == model::Verdict::undecided ? ", undecided" : "";
  std::string text =
      best->name + (speedup.empty() ? " is best" : " " + speedup + " (" + interval_text(*best) + undecided + ")");
  return text + ", " + format_duration_ns(best->summary.wall_ns);
}

}  // namespace

std::string suite_console(const model::Suite& suite, const TextOptions& options) {
  return Console(suite, options).text();
}

std::string case_line(const model::Case& item, std::size_t done, std::size_t total, const TextOptions& options) {
  const std::string counter = total == 0 ? "" : "[" + format_count(done) + "/" + format_count(total) + "] ";
  std::string line = item.category + "/" + item.problem + " at " + format_count(item.size) + " " + item.unit + ": ";
  line += item.status == Status::ok ? best_text(item) : "";
  Ink ink = Ink::plain;
  if (item.status == Status::skipped) line += "skipped: " + item.reason;
  if (item.status == Status::failed) line += "FAILED: " + item.reason;
  for (const model::Variant& variant : item.variants) {
    if (item.status != Status::ok) break;
    if (variant.status == Status::failed) {
      line += "; " + variant.name + " FAILED: " + variant.reason;
    } else if (variant.summary.verdict == model::Verdict::loses && speedup_of(variant)) {
      line += "; " + variant.name + " loses (" + speedup_text(variant) + ")";
    }
    if (variant.status == Status::failed) ink = Ink::bad;
  }
  std::string lines = wrapped(printable(line), counter, std::max(options.width, 80U));
  lines.pop_back();
  return painted(std::move(lines), item.status == Status::failed ? Ink::bad : ink, options.color) + "\n";
}

}  // namespace perfopt::report
