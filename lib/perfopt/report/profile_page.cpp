// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_page.hpp"

#include <array>
#include <utility>

#include "perfopt/report/embedded.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/flame_graph.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/page_template.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_sections.hpp"
#include "perfopt/report/thread_timeline.hpp"

namespace perfopt::report {
namespace {

std::string section(const std::string& id, const std::string& title, const std::string& content) {
  return "<section id=\"" + id + "\" aria-labelledby=\"" + id + "-title\">\n<h2 id=\"" + id + "-title\">" + title +
         "</h2>\n" + content + "\n</section>";
}

std::string legend(const ProfileView& view) {
  std::array<bool, 7> seen{};
  for (const stats::FlameNode& node : view.tree.nodes) {
    if (node.frame < view.profile.frames.size()) {
      seen.at(static_cast<std::size_t>(view.profile.frames[node.frame].language)) = true;
    }
  }
  constexpr std::string_view kClasses = "unkpjsy";
  std::string items;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const auto language = static_cast<model::Language>(i);
    const std::string_view word = language_word(language);
    if (!seen.at(i) || word.empty()) continue;
    items += "<li><span class=\"key " + std::string(1, kClasses[i]) + "0\">" + std::string(language_sign(language)) +
             std::string(word) + "</span></li>";
  }
  return items.empty() ? "" : "<ul class=\"legend\">" + items + "</ul>\n";
}

std::string flame_section(const ProfileView& view) {
  const FlameGraph graph = flame_graph(view);
  if (graph.svg.empty()) return "";
  std::string caption = "Width is the share of the " + html_text(measure_words(view)) +
                        ", the root on top, callees below their caller; what is narrower than 0.1 % is folded away.";
  if (graph.left_out > 0) caption += " " + plural(graph.left_out, "box is", "boxes are") + " not drawn.";
  return section("flame", "Flame graph",
                 legend(view) +
                     "<figure>\n<div class=\"scroll wide\" tabindex=\"0\" role=\"group\" "
                     "aria-label=\"Flame graph, scrolls sideways\">\n" +
                     graph.svg + "\n</div>\n<figcaption>" + caption + "</figcaption>\n</figure>");
}

std::string figure(const std::string& svg, const std::string& caption) {
  if (svg.empty()) return "";
  return "<figure>\n<div class=\"scroll wide\" tabindex=\"0\" role=\"group\" aria-label=\"" + caption + "\">\n" + svg +
         "\n</div>\n<figcaption>" + caption + "</figcaption>\n</figure>\n";
}

constexpr std::string_view kStripLegend =
    "<ul class=\"legend\"><li><span class=\"key t8\">on a CPU</span></li><li><span class=\"key t2\">ready, no "
    "CPU</span></li><li><span class=\"key t3\">lock</span></li><li><span class=\"key t4\">reading, writing, "
    "network</span></li><li><span class=\"key t1\">asleep, polling, waiting for a child</span></li></ul>\n";

std::string timeline_section(const ProfileView& view) {
  const std::string strips = thread_strips(view);
  std::string content = figure(concurrency_chart(view), "Threads on a CPU (dark) and alive (light) over time");
  if (!strips.empty()) content += std::string(kStripLegend) + figure(strips, "The busiest threads over time");
  for (const stats::SerialPhase& phase : view.concurrency.serial) {
    const double share = static_cast<double>(phase.to_ns - phase.from_ns) / (view.profile.elapsed_s * 1e9);
    content += "<p class=\"note\">One thread at most ran for " + share_text(share) + " of the time, mostly in <bdi>" +
               html_text(phase.function, kNameLength) + "</bdi>.</p>\n";
  }
  content += figure(memory_chart(view.profile), "Resident memory of all processes over time");
  return content.empty() ? "" : section("timeline", "Over time", content);
}

std::string links(const std::vector<std::pair<std::string_view, std::string_view>>& targets, const std::string& page) {
  std::string out;
  for (const auto& [id, words] : targets) {
    if (page.find("id=\"" + std::string(id) + "\"") == std::string::npos) continue;
    out += "<a href=\"#" + std::string(id) + "\">" + std::string(words) + "</a> ";
  }
  return out;
}

}  // namespace

std::string profile_page(const model::Profile& profile) {
  const PageTemplate page = profile_report_template();
  const ProfileView view(profile);
  std::string origin;
  for (const std::string& part : origin_parts(profile)) origin += (origin.empty() ? "" : " · ") + part;
  const std::string title = profile.command.empty() ? "Profile" : "Profile: " + profile.command;
  const std::string sections = profile_recommendations(profile) + flame_section(view) + profile_functions(view) +
                               profile_live(view) + profile_objects(view) + profile_waits(view) +
                               timeline_section(view);
  const std::array<Slot, 12> slots{{
      {"style_hash", std::string(page.style_hash)},
      {"style", std::string(page.style)},
      {"title", html_text(title, kNameLength)},
      {"question", profile_question(view)},
      {"command", html_text(profile.command)},
      {"origin", html_text(origin)},
      {"links", links({{"advice", "What to do"},
                       {"flame", "Flame graph"},
                       {"functions", "Functions"},
                       {"live", "Left allocated"},
                       {"files", "Files"},
                       {"waits", "Waits"},
                       {"timeline", "Over time"}},
                      sections)},
      {"answer", profile_answer(view) + profile_tiles(view) + profile_doubts(profile)},
      {"sections", sections},
      {"processes", profile_processes(profile)},
      {"recording", profile_recording(profile)},
      {"environment", page_environment(profile.environment)},
  }};
  return fill(page.html, slots);
}

}  // namespace perfopt::report
