// SPDX-License-Identifier: Apache-2.0
// GitHub-flavoured Markdown for a pull request: the answer as one table, the figures folded away.
#include <string>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {
namespace {

using model::Status;

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string row(const std::vector<std::string>& cells) {
  std::string line = "|";
  for (const std::string& cell : cells) line += " " + cell + " |";
  return line + "\n";
}

std::string name_cell(const model::Variant& variant) {
  return markdown_text(variant.name, kNameLength) + (variant.weaker.empty() ? "" : " (weaker)");
}

std::string answer(const std::vector<ProblemView>& problems) {
  std::string out;
  for (const ProblemView& problem : problems) {
    if (problem.finding == nullptr) continue;
    out += "- **" + markdown_text(problem.id, kNameLength) + "**: " + markdown_text(problem.finding->sentence) + "\n";
    for (const model::VariantFinding& finding : problem.finding->variants) {
      out += "  - " + markdown_text(strategy_line(problem, finding));
      if (is_weaker(problem, finding.variant)) out += " (weaker meaning: not a plain win)";
      out += "\n";
    }
    for (const Remark& remark : conditions_of(problem)) out += "  - on " + markdown_text(remark.text) + "\n";
    for (const Remark& remark : notes_of(problem, false)) {
      out += "  - " + markdown_text(remark.variant + " at " + sizes_text(remark.sizes) + ": " + remark.text) + "\n";
    }
  }
  return out.empty() ? out : out + "\n";
}

std::string scalings(const model::Suite& suite) {
  std::string out;
  for (const model::Scaling& scaling : suite.scalings) {
    out += "- **" + markdown_text(scaling.category + "/" + scaling.problem, kNameLength) +
           "**: " + markdown_text(scaling_line(scaling)) + "\n";
  }
  return out;
}

std::string fleet(const model::Suite& suite) {
  if (!suite.fleet) return "";
  std::string out = markdown_text(suite.fleet->sentence) + "\n\n";
  for (const model::FleetHost& host : suite.fleet->hosts) {
    out += "- " + markdown_text(host_line(host)) + "\n";
    for (const std::string& failure : host.failures) out += "  - FAILED: " + markdown_text(failure) + "\n";
  }
  for (const model::FleetDifference& difference : suite.fleet->differences) {
    out += "- " + markdown_text(difference_line(difference)) + "\n";
  }
  return out;
}

std::string best_table(const std::vector<ProblemView>& problems) {
  std::string rows;
  for (const ProblemView& problem : problems) {
    for (const model::Case* item : problem.cases) {
      const model::Variant* best = find_variant(*item, item->best.variant);
      if (best == nullptr || !is_measured(*best)) continue;
      rows +=
          row({markdown_text(problem.id, kNameLength), format_count(item->size) + " " + markdown_text(item->unit, 20),
               name_cell(*best), or_dash(speedup_text(*best)), or_dash(interval_text(*best)),
               format_duration_ns(best->summary.wall_ns), or_dash(limit_share_text(*best))});
    }
  }
  if (rows.empty()) return "No case was measured.\n\n";
  return row({"problem", "size", "best", "speed-up", "95 % interval", "time", "of limit"}) +
         "|---|---:|---|---:|---:|---:|---:|\n" + rows + "\n";
}

std::string full_table(const std::vector<ProblemView>& problems) {
  std::string out = row({"problem", "size", "strategy", "verdict", "speed-up", "95 % interval", "time", "spread"}) +
                    "|---|---:|---|---|---:|---:|---:|---:|\n";
  for (const ProblemView& problem : problems) {
    for (const model::Case* item : problem.cases) {
      for (const model::Variant& variant : item->variants) {
        if (!is_measured(variant)) continue;
        out += row({markdown_text(problem.id, kNameLength), format_count(item->size), name_cell(variant),
                    std::string(verdict_text(variant.summary.verdict)), or_dash(speedup_text(variant)),
                    or_dash(interval_text(variant)), format_duration_ns(variant.summary.wall_ns),
                    format_percent(variant.summary.spread)});
      }
    }
  }
  return out;
}

std::string excluded(const model::Suite& suite, Status status) {
  std::string out;
  for (const Exclusion& item : exclusions(suite, status)) {
    out += "- " + markdown_text(place_of(item)) + ": " + markdown_text(item.reason) + "\n";
  }
  if (status == Status::skipped) {
    for (const model::SkippedCategory& item : suite.skipped_categories) {
      out += "- " + markdown_text(item.category) + ": " + markdown_text(item.reason) + "\n";
    }
  }
  return out;
}

std::string section(std::string_view title, const std::string& body) {
  return body.empty() ? "" : "### " + std::string(title) + "\n\n" + body + "\n";
}

}  // namespace

std::string suite_markdown(const model::Suite& suite, bool verbose) {
  const std::vector<ProblemView> problems = problems_of(suite);
  std::string out = "## What pays off on this machine\n\n" + markdown_text(summary_line(suite)) + ".\n\n";
  const std::string incomplete = incomplete_line(suite);
  if (!incomplete.empty()) out += "> " + markdown_text(incomplete, 2000) + "\n\n";
  out += section("Failed: wrong or refused, no speed-up is given", excluded(suite, Status::failed));
  out += section("Hosts", fleet(suite));
  out += answer(problems) + best_table(problems);
  out += section("Scaling over ranks", scalings(suite));
  if (verbose && !problems.empty()) {
    out += "<details><summary>All strategies at all sizes</summary>\n\n" + full_table(problems) + "\n</details>\n\n";
  }
  std::string doubts;
  for (const model::Doubt& doubt : suite.environment.doubts) {
    doubts += "- " + markdown_text(doubt.finding) + ": " + markdown_text(doubt.advice) + "\n";
  }
  out += section("What makes these numbers doubtful", doubts);
  out += section("Skipped", excluded(suite, Status::skipped));
  return out + markdown_text(origin_line(suite, ", ")) + "\n";
}

}  // namespace perfopt::report
