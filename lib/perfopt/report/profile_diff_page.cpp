// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_diff_page.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "perfopt/core/units.hpp"
#include "perfopt/report/environment_difference.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/flame_graph.hpp"
#include "perfopt/report/flame_island.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_diff_table.hpp"
#include "perfopt/report/profile_diff_words.hpp"
#include "perfopt/report/profile_view.hpp"
#include "perfopt/stats/flame_size.hpp"
#include "perfopt/stats/flame_union.hpp"

namespace perfopt::report {
namespace {

using model::FunctionVerdict;
using model::ProfileDiff;

std::size_t count_of(const ProfileDiff& diff, FunctionVerdict verdict) {
  return static_cast<std::size_t>(std::ranges::count(diff.functions, verdict, &model::FunctionChange::verdict));
}

std::string tile(const std::string& figure, const std::string& label, bool is_bad = false) {
  return "<li" + std::string(is_bad ? " class=\"bad\"" : "") + "><b>" + html_text(figure) + "</b> " + html_text(label) +
         "</li>\n";
}

std::string answer_html(const ProfileDiff& diff) {
  const std::size_t slower = count_of(diff, FunctionVerdict::slower);
  const std::size_t faster = count_of(diff, FunctionVerdict::faster);
  const std::size_t shifted = count_of(diff, FunctionVerdict::shifted);
  const std::size_t same = count_of(diff, FunctionVerdict::same);
  std::string out = "<p class=\"first\">" + html_text(diff_answer(diff)) + "</p>\n<p>" + html_text(diff_sums(diff)) +
                    ".</p>\n<ul class=\"tiles\">\n";
  out += tile(format_count(slower), slower == 1 ? "function got slower" : "functions got slower", slower > 0);
  out += tile(format_count(faster), "got faster");
  if (shifted > 0) out += tile(format_count(shifted), "shifted, since others changed");
  out += tile(format_count(same), "of " + format_count(diff.tested) + " compared within noise");
  const auto base = static_cast<double>(diff.base.sum);
  if (base > 0) out += tile(format_change(static_cast<double>(diff.changed.sum) / base), diff.measure + ", all of it");
  out += tile(points_text(diff.detectable, false), "points: the change that would be found");
  return out + "</ul>\n";
}

std::string doubts_html(const ProfileDiff& diff) {
  if (diff.doubts.empty()) return "";
  std::string out = "<div class=\"box doubt\" role=\"note\"><h2>What makes this doubtful</h2>\n<ul>\n";
  for (const model::Doubt& doubt : diff.doubts) {
    out +=
        "<li>" + html_text(doubt.finding) + (doubt.advice.empty() ? "" : " → " + html_text(doubt.advice)) + "</li>\n";
  }
  return out + "</ul></div>\n";
}

constexpr std::string_view kLegend =
    "<ul class=\"legend\"><li><span class=\"key df3\">− 5 points less</span></li><li><span class=\"key df2\">− 1 "
    "point</span></li><li><span class=\"key df1\">− 0.1</span></li><li><span class=\"key d0\">the same, or within "
    "noise</span></li>"
    "<li><span class=\"key dg1\">+ 0.1</span></li><li><span class=\"key dg2\">+ 1 point</span></li><li><span "
    "class=\"key dg3\">+ 5 points more</span></li></ul>\n";

std::string flame_section(const FlameGraph& graph, double detectable, const IdPrefix& prefix) {
  if (graph.svg.empty()) return "";
  std::string caption =
      "Colour and the figure before a name tell by how many points its share changed, with all that it calls.";
  caption +=
      " A box is coloured where sampling noise would hardly explain the change: " + points_text(detectable, false) +
      " points of a box with 10 %, less of smaller ones.";
  // Of this picture, not of the one that the script puts in its place.
  caption +=
      " <span class=\"static\">Width is the mean of both shares, so that what was added and what was removed both stay "
      "to be seen.";
  if (graph.left_out > 0) caption += " " + plural(graph.left_out, "box is", "boxes are") + " not drawn.";
  caption += "</span>";
  return page_section(
      prefix, "flame", "Differential flame graph",
      std::string(kLegend) + flame_figure_html(graph, prefix + "flame", "Differential flame graph", caption));
}

std::string side_row(std::string_view what, const std::string& before, const std::string& after) {
  return "<tr><th scope=\"row\">" + std::string(what) + "</th><td class=\"words\">" + html_text(before) +
         "</td><td class=\"words\">" + html_text(after) + "</td></tr>\n";
}

std::string recordings(const ProfileDiff& diff) {
  const model::DiffedProfile& a = diff.base;
  const model::DiffedProfile& b = diff.changed;
  const auto seconds = [](double value) {
    return value > 0 ? format_duration_ns(value * 1e9) : std::string("unknown");
  };
  const auto samples = [](const model::DiffedProfile& side) {
    return format_count(static_cast<std::uint64_t>(std::max(0.0, side.effective_samples)));
  };
  return "<div class=\"scroll\">\n<table>\n<thead><tr><th scope=\"col\" class=\"words\">recording</th><th "
         "scope=\"col\" class=\"words\">before</th><th scope=\"col\" class=\"words\">after</th></tr></thead>\n"
         "<tbody>\n" +
         side_row("File", a.origin, b.origin) + side_row("Command", a.command, b.command) +
         side_row("Started", moment(a.started), moment(b.started)) + side_row("Backend", a.backend, b.backend) +
         side_row("From start to end", seconds(a.elapsed_s), seconds(b.elapsed_s)) +
         side_row("CPU time, by the kernel", seconds(a.cpu_s.value_or(0)), seconds(b.cpu_s.value_or(0))) +
         side_row("Sum of the measure", amount_text(static_cast<double>(a.sum), diff.unit),
                  amount_text(static_cast<double>(b.sum), diff.unit)) +
         side_row("Effective samples", samples(a), samples(b)) + "</tbody>\n</table>\n</div>\n";
}

constexpr std::string_view kFootnote =
    "A share also changes when other functions change. Slower and faster need the function's own amount to have "
    "changed "
    "in that direction too, which presumes that both ran the same work; otherwise it is called shifted.";

// Both trees within the limits of a page, in one.
stats::FlameUnion united(const ProfileView& before, const ProfileView& after) {
  const auto first = stats::smaller_tree(before.tree, {});
  const auto second = stats::smaller_tree(after.tree, {});
  return stats::flame_union(first ? *first : before.tree, second ? *second : after.tree);
}

}  // namespace

Article profile_diff_article(const model::Profile& before, const model::Profile& after, const ProfileDiff& diff,
                             const IdPrefix& prefix) {
  const ProfileView first(before);
  const ProfileView second(after);
  Article article;
  article.prefix = prefix;
  article.style = "profile";
  article.title = "Profiles compared: " + diff.base.origin + " and " + diff.changed.origin;
  article.kind = "comparison of two profiles";
  article.heading = "What changed";
  article.origin = "<code>" + html_text(diff.base.origin) + "</code> → <code>" + html_text(diff.changed.origin) +
                   "</code><br>" + html_text(after.command);
  article.footnote = kFootnote;
  article.body = "<section id=\"" + prefix + "answer\" aria-label=\"Answer\">\n" + answer_html(diff) +
                 doubts_html(diff) + "</section>\n";
  const auto add = [&](const char* id, const char* title, const char* link, const std::string& content) {
    if (content.empty()) return;
    article.body += page_section(prefix, id, title, content);
    article.links.push_back({prefix + id, link});
  };
  add("changes", "What changed beyond noise", "Changes", diff_changes_table(diff));
  if (first.has_samples() && second.has_samples()) {
    const stats::FlameUnion tree = united(first, second);
    article.body += flame_section(flame_diff_graph(first, second, tree, diff.detectable), diff.detectable, prefix);
    article.links.push_back({prefix + "flame", "Flame graph"});
    article.islands.push_back(flame_diff_island(first, second, tree, prefix + "flame", diff.detectable));
    add("functions", "Functions", "Functions", diff_functions_table(first, second, diff));
  }
  add("recordings", "Recordings", "Recordings", recordings(diff));
  add("environment", "Environment", "Environment", environment_difference_table(before.environment, after.environment));
  return article;
}

std::string profile_diff_page(const model::Profile& before, const model::Profile& after, const ProfileDiff& diff) {
  return page_of(std::array{profile_diff_article(before, after, diff, "")});
}

}  // namespace perfopt::report
