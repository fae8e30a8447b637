// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

Tone winning_tone(double ratio) {
  if (ratio >= 10) return Tone::win4;
  if (ratio >= 4) return Tone::win3;
  return ratio >= 2 ? Tone::win2 : Tone::win1;
}

Tone losing_tone(double ratio) {
  if (ratio <= 0.25) return Tone::lose3;
  return ratio <= 0.7 ? Tone::lose2 : Tone::lose1;
}

FigureCell cell_of(const model::Variant* variant) {
  if (variant == nullptr) return {"-"};
  if (variant->status == model::Status::failed) return {"failed", Tone::failed};
  if (variant->status == model::Status::skipped) return {"skipped"};
  const std::string text = speedup_text(*variant);
  return text.empty() ? FigureCell{"-"} : FigureCell{text, tone_of(*variant)};
}

}  // namespace

Tone tone_of(const model::Variant& variant) {
  if (variant.status == model::Status::failed) return Tone::failed;
  const auto speedup = speedup_of(variant);
  if (!speedup) return Tone::none;
  if (variant.summary.verdict == model::Verdict::wins) return winning_tone(speedup->estimate);
  return variant.summary.verdict == model::Verdict::loses ? losing_tone(speedup->estimate) : Tone::even;
}

Figure heat_map_figure(Problems problems) {
  Figure figure{
      .name = "heatmap",
      .title = "Speed-ups by size",
      .description = "Against the baseline; ▲ wins, ▼ loses, ≈ is not told apart.",
      .panels = {},
      .table = {
          {{"problem"}, {"strategy"}, {"size", Quantity::count}, {"unit"}, {"speed-up", Quantity::ratio}, {"verdict"}},
          {}}};
  for (const ProblemView& problem : problems) {
    Panel panel;
    panel.kind = PanelKind::cells;
    panel.title = problem.id + ", " + unit_of(problem);
    for (const model::Case* item : problem.cases) panel.columns.push_back(format_count(item->size));
    for (const std::string_view name : problem.strategies) {
      if (is_baseline(problem, name)) continue;
      FigureRow row;
      row.label = std::string(name);
      for (const model::Case* item : problem.cases) {
        const model::Variant* variant = find_variant(*item, name);
        row.cells.push_back(cell_of(variant));
        const auto speedup = variant == nullptr ? std::nullopt : speedup_of(*variant);
        const std::string verdict = speedup ? std::string(verdict_text(variant->summary.verdict)) : "";
        figure.table.rows.push_back({problem.id, row.label, item->size, problem.unit(),
                                     speedup ? TableCell(speedup->estimate) : TableCell(),
                                     speedup ? verdict : row.cells.back().text});
      }
      panel.rows.push_back(std::move(row));
    }
    if (!panel.rows.empty()) figure.panels.push_back(std::move(panel));
  }
  return figure;
}

}  // namespace perfopt::report
