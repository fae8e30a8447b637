// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/flame_graph.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kTopFunctions = 100;

unsigned style_of(model::Language language) {
  switch (language) {
    case model::Language::native:
      return 1;
    case model::Language::kernel:
      return 2;
    case model::Language::python:
      return 3;
    case model::Language::javascript:
      return 4;
    case model::Language::shell:
      return 7;
    case model::Language::unknown:
    case model::Language::synthetic:
      break;
  }
  return 0;
}

FigureSpan span_of(const ProfileView& view, const FlamePlace& place) {
  const stats::FlameNode& node = view.tree.nodes[place.node];
  const bool is_known = node.frame < view.profile.frames.size();
  const auto language = is_known ? view.profile.frames[node.frame].language : model::Language::synthetic;
  const auto left = static_cast<double>(place.left);
  return {.from = left,
          .to = left + static_cast<double>(node.total),
          .sign = std::string(language_sign(language)),
          .name = plain_function(view.tree.names[node.name]),
          .suffix = place.times(),
          .style = style_of(language)};
}

Panel icicle(const ProfileView& view) {
  Panel panel;
  panel.kind = PanelKind::spans;
  panel.x_range = {0.0, static_cast<double>(view.tree.nodes.front().total)};
  const FlameLayout layout = flame_layout(flame_shapes(view));
  for (const FlamePlace& place : layout.boxes) {
    if (panel.rows.size() <= place.level) panel.rows.resize(place.level + 1);
    panel.rows[place.level].spans.push_back(span_of(view, place));
  }
  for (FigureRow& row : panel.rows) std::ranges::stable_sort(row.spans, {}, &FigureSpan::from);
  panel.caption = "Callers above what they call; width is the share of " + measure_words(view) +
                  ". What is narrower than 0.1 % or too deep is left out";
  if (layout.left_out > 0) panel.caption += ": " + plural(layout.left_out, "box", "boxes");
  panel.caption += ".";
  return panel;
}

}  // namespace

Quantity quantity_of(const model::Measure& measure) {
  if (measure.unit == "ns") return Quantity::duration_ns;
  return measure.unit == "bytes" ? Quantity::bytes : Quantity::count;
}

Figure flame_figure(const model::Profile& profile) {
  const ProfileView view(profile);
  Figure figure{.name = "flame", .title = "Where the time went", .description = "", .panels = {}, .table = {}};
  if (!view.has_samples()) {
    figure.description = no_samples_reason(profile);
    return figure;
  }
  const Quantity quantity = quantity_of(view.unit());
  figure.title = "Where the " + measure_words(view) + " went";
  for (const std::string& part : origin_parts(profile)) {
    figure.description += (figure.description.empty() ? "" : " | ") + part;
  }
  figure.panels.push_back(icicle(view));
  figure.table.columns = {{"function"},
                          {"self", quantity},
                          {"self share", Quantity::share},
                          {"total", quantity},
                          {"total share", Quantity::share},
                          {"module"},
                          {"file"},
                          {"line", Quantity::count}};
  for (const stats::Hotspot& spot : view.functions) {
    if (figure.table.rows.size() == kTopFunctions) break;
    figure.table.rows.push_back({spot.name, spot.self, spot.self_share, spot.total, spot.total_share, spot.module,
                                 spot.file, spot.line == 0 ? TableCell() : TableCell(std::uint64_t{spot.line})});
  }
  return figure;
}

}  // namespace perfopt::report
