// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_page.hpp"

#include <array>
#include <utility>

#include "perfopt/report/embedded.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/flame_graph.hpp"
#include "perfopt/report/flame_island.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/page_template.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_sections.hpp"
#include "perfopt/report/thread_timeline.hpp"

namespace perfopt::report {
namespace {

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
    items += "<li><span class=\"key f" + std::string(1, kClasses[i]) + "0\">" + std::string(language_sign(language)) +
             std::string(word) + "</span></li>";
  }
  return items.empty() ? "" : "<ul class=\"legend\">" + items + "</ul>\n";
}

std::string flame_section(const ProfileView& view, const IdPrefix& prefix) {
  const FlameGraph graph = flame_graph(view);
  if (graph.svg.empty()) return "";
  std::string caption =
      "Width is the share of the " + html_text(measure_words(view)) + ", the root on top, callees below their caller.";
  // Of this picture, not of the one that the script puts in its place.
  caption += " <span class=\"static\">What is narrower than 0.1 % is folded away";
  if (graph.left_out > 0) caption += ": " + plural(graph.left_out, "box is", "boxes are") + " not drawn";
  caption += ".</span>";
  return page_section(prefix, "flame", "Flame graph",
                      legend(view) + flame_figure_html(graph, prefix + "flame", "Flame graph", caption));
}

// `lines`: id of its data, "" where the picture shows all there is; `of_picture`: words that are true of that alone.
std::string figure(const std::string& svg, const std::string& title, const std::string& lines = "",
                   const std::string& of_picture = "") {
  if (svg.empty()) return "";
  return "<figure" + (lines.empty() ? "" : " data-lines=\"" + lines + "\"") +
         ">\n<div class=\"scroll wide\" tabindex=\"0\" role=\"group\" aria-label=\"" + title + "\">\n" + svg +
         "\n</div>\n<figcaption>" + title +
         (of_picture.empty() ? "" : "<span class=\"static\">: " + of_picture + "</span>") +
         "</figcaption>\n</figure>\n";
}

constexpr std::string_view kStripLegend =
    "<ul class=\"legend\"><li><span class=\"key t8\">on a CPU</span></li><li><span class=\"key t2\">ready, no "
    "CPU</span></li><li><span class=\"key t3\">lock</span></li><li><span class=\"key t4\">reading, writing, "
    "network</span></li><li><span class=\"key t1\">asleep, polling, waiting for a child</span></li></ul>\n";

// What the script draws from; "" where the static picture stays.
struct Islands {
  std::string flame;
  std::string concurrency;
  std::string memory;
};

std::string timeline_section(const ProfileView& view, const IdPrefix& prefix, const Islands& islands) {
  const auto data_of = [&](const std::string& island, std::string_view name) {
    return island.empty() ? std::string() : prefix + std::string(name);
  };
  const std::string strips = thread_strips(view);
  std::string content = figure(concurrency_chart(view), "Threads over time",
                               data_of(islands.concurrency, "concurrency"), "dark those on a CPU, light those alive");
  if (!strips.empty()) content += std::string(kStripLegend) + figure(strips, "The busiest threads over time");
  for (const stats::SerialPhase& phase : view.concurrency.serial) {
    const double share = static_cast<double>(phase.to_ns - phase.from_ns) / (view.profile.elapsed_s * 1e9);
    content += "<p class=\"note\">One thread at most ran for " + share_text(share) + " of the time, mostly in <bdi>" +
               html_text(phase.function, kNameLength) + "</bdi>.</p>\n";
  }
  content += figure(memory_chart(view.profile), "Resident memory of all processes over time",
                    data_of(islands.memory, "memory"));
  return content.empty() ? "" : page_section(prefix, "timeline", "Over time", content);
}

// Those of the sections that the body has.
std::vector<PageLink> links_of(const IdPrefix& prefix, const std::string& body) {
  constexpr std::array<std::array<std::string_view, 2>, 11> kSections{{
      {"advice", "What to do"},
      {"flame", "Flame graph"},
      {"functions", "Functions"},
      {"source", "Source lines"},
      {"live", "Left allocated"},
      {"files", "Files"},
      {"waits", "Waits"},
      {"timeline", "Over time"},
      {"processes", "Processes"},
      {"recording", "Recording"},
      {"environment", "Environment"},
  }};
  std::vector<PageLink> links;
  for (const auto& [name, words] : kSections) {
    const std::string id = prefix + std::string(name);
    if (body.find("<section id=\"" + id + "\"") != std::string::npos) links.push_back({id, std::string(words)});
  }
  return links;
}

constexpr std::string_view kFootnote =
    "Self times of all functions sum to the total. A function that calls itself is counted once in its total. Shares "
    "come from samples: one of 10 % that rests on 1,000 samples is known to about 2 points (95 %).";

std::string body_of(const model::Profile& profile, const ProfileView& view, const IdPrefix& prefix,
                    const SourceReader& sources, const Islands& islands) {
  const std::array<Slot, 6> slots{{
      {"id", prefix},
      {"answer", profile_answer(view) + profile_tiles(view) + profile_doubts(profile)},
      {"sections", profile_recommendations(profile, prefix) + flame_section(view, prefix) +
                       profile_functions(view, prefix) + source_section(view, prefix, sources) +
                       profile_live(view, prefix) + profile_objects(view, prefix) + profile_waits(view, prefix) +
                       timeline_section(view, prefix, islands)},
      {"processes", profile_processes(profile)},
      {"recording", profile_recording(profile)},
      {"environment", page_environment(profile.environment)},
  }};
  return fill(page_assets().profile_body, slots);
}

}  // namespace

Article profile_article(const model::Profile& profile, const IdPrefix& prefix, const SourceReader& sources) {
  const ProfileView view(profile);
  std::string origin;
  for (const std::string& part : origin_parts(profile)) origin += (origin.empty() ? "" : " · ") + part;
  Article article;
  article.prefix = prefix;
  article.style = "profile";
  article.title = profile.command.empty() ? "Profile" : "Profile: " + profile.command;
  article.kind = "profile";
  article.heading = profile_question(view);
  article.origin = "<code>" + html_text(profile.command) + "</code><br>" + html_text(origin);
  Islands islands{flame_island(view, prefix + "flame"), concurrency_island(view, prefix + "concurrency"),
                  memory_island(profile, prefix + "memory")};
  article.body = body_of(profile, view, prefix, sources, islands);
  article.links = links_of(prefix, article.body);
  article.footnote = kFootnote;
  for (std::string* island : {&islands.flame, &islands.concurrency, &islands.memory}) {
    if (!island->empty()) article.islands.push_back(std::move(*island));
  }
  return article;
}

std::string profile_page(const model::Profile& profile, const SourceReader& sources) {
  return page_of(std::array{profile_article(profile, "", sources)});
}

}  // namespace perfopt::report
