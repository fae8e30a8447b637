// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

FigurePoint time_point(const model::Case& item, const model::Variant& variant) {
  const double items = items_of(item, variant);
  const model::Summary& summary = variant.summary;
  return {static_cast<double>(item.size), summary.wall_ns / items, summary.wall_low_ns / items,
          summary.wall_high_ns / items};
}

// The least time per item that the limit of a variant allows, 0 when it has none.
double least_ns(const model::Case& item, const model::Variant& variant) {
  if (!variant.limit || limit_share_text(variant).empty() || variant.limit->rate <= 0) return 0;
  return variant.limit->units / variant.limit->rate * 1e9 / items_of(item, variant);
}

// The least time per item that the fastest limit allows at each size; nothing where a variant without that limit is
// faster, as a cache is than the disk behind it.
FigureSeries limit_line(const ProblemView& problem) {
  FigureSeries line{"limit", kStyles - 1, {}, true};
  for (const model::Case* item : problem.cases) {
    double least = 0;
    double unbounded = 0;  // the fastest variant without a limit
    const auto keep_less = [](double& kept, double ns) {
      if (ns > 0 && (kept == 0 || ns < kept)) kept = ns;
    };
    for (const model::Variant& variant : item->variants) {
      const double ns = least_ns(*item, variant);
      const double measured = is_measured(variant) ? time_point(*item, variant).y : 0;
      keep_less(ns > 0 ? least : unbounded, ns > 0 ? ns : measured);
    }
    if (least > 0 && (unbounded == 0 || unbounded >= least)) {
      line.points.push_back({static_cast<double>(item->size), least});
    }
  }
  return line;
}

bool is_among(const model::Scaling& scaling, Problems problems) {
  const std::string id = scaling.category + "/" + scaling.problem;
  return std::ranges::any_of(problems, [&](const ProblemView& problem) { return problem.id == id; });
}

void add_times(const ProblemView& problem, FigureTable& table) {
  for (const model::Case* item : problem.cases) {
    for (const model::Variant& variant : item->variants) {
      if (!is_measured(variant)) continue;
      const model::Summary& summary = variant.summary;
      table.rows.push_back({problem.id,
                            variant.name,
                            item->size,
                            problem.unit(),
                            summary.wall_ns,
                            summary.wall_low_ns,
                            summary.wall_high_ns,
                            summary.wall_ns / items_of(*item, variant),
                            {},
                            {},
                            {},
                            {}});
    }
  }
}

void add_ranks(const model::Scaling& scaling, FigureTable& table) {
  const std::string kind = scaling.kind == model::ScalingKind::strong ? "strong scaling" : "weak scaling";
  for (const model::ScalingPoint& point : scaling.points) {
    table.rows.push_back({scaling.category + "/" + scaling.problem,
                          kind,
                          scaling.size,
                          scaling.unit,
                          {},
                          {},
                          {},
                          {},
                          std::uint64_t{point.workers},
                          point.speedup.estimate,
                          point.speedup.low,
                          point.speedup.high});
  }
}

}  // namespace

double items_of(const model::Case& item, const model::Variant& variant) {
  return variant.items_per_run > 0 ? variant.items_per_run : static_cast<double>(item.size);
}

std::optional<Panel> time_panel(const ProblemView& problem) {
  Panel panel;
  panel.title = problem.id;
  panel.x = {"size [" + unit_of(problem) + "]", Quantity::count, true};
  panel.y = {"time per item", Quantity::duration_ns, true};
  for (std::size_t i = 0; i < problem.strategies.size(); ++i) {
    const std::string_view name = problem.strategies[i];
    FigureSeries line{std::string(name), style_of_strategy(i), {}, is_weaker(problem, name)};
    for (const model::Case* item : problem.cases) {
      const model::Variant* variant = find_variant(*item, name);
      if (variant != nullptr && is_measured(*variant)) line.points.push_back(time_point(*item, *variant));
    }
    if (!line.points.empty()) panel.series.push_back(std::move(line));
  }
  if (panel.series.empty()) return std::nullopt;
  FigureSeries limit = limit_line(problem);
  const bool has_limit = !limit.points.empty();
  if (has_limit) panel.series.push_back(std::move(limit));
  panel.marks = crossovers_of(problem);
  panel.caption = std::string("Median time per item with quartiles; lower is faster") +
                  (panel.marks.empty() ? "" : "; dotted: crossovers") +
                  (has_limit ? "; limit: what this machine allows at best." : ".");
  return panel;
}

std::optional<Panel> scaling_panel(const model::Scaling& scaling) {
  if (scaling.points.empty()) return std::nullopt;
  const bool is_strong = scaling.kind == model::ScalingKind::strong;
  Panel panel;
  panel.title = scaling.category + "/" + scaling.problem + (is_strong ? ", strong" : ", weak") + ", " +
                format_count(scaling.size) + " " + scaling.unit;
  panel.x = {"ranks", Quantity::count, true};
  panel.y = {"speed-up", Quantity::ratio, true};
  FigureSeries ideal{"ideal", 0, {{1, 1}}, true};
  FigureSeries measured{"measured", 1, {{1, 1}}};
  for (const model::ScalingPoint& point : scaling.points) {
    const double workers = point.workers;
    ideal.points.push_back({workers, workers});
    measured.points.push_back({workers, point.speedup.estimate, point.speedup.low, point.speedup.high});
  }
  panel.series = {std::move(ideal), std::move(measured)};
  panel.caption = "Speed-up over ranks with 95 % intervals; broken: as many times as fast as there are ranks.";
  return panel;
}

Figure scaling_figure(const model::Suite& suite, Problems problems) {
  Figure figure{.name = "scaling",
                .title = "How time grows with size",
                .description = "Median time per item over size with quartiles; speed-up over ranks.",
                .panels = {},
                .table = {{{"problem"},
                           {"strategy"},
                           {"size", Quantity::count},
                           {"unit"},
                           {"median", Quantity::duration_ns},
                           {"lower quartile", Quantity::duration_ns},
                           {"upper quartile", Quantity::duration_ns},
                           {"per item", Quantity::duration_ns},
                           {"ranks", Quantity::count},
                           {"speed-up", Quantity::ratio},
                           {"low", Quantity::ratio},
                           {"high", Quantity::ratio}},
                          {}}};
  for (const ProblemView& problem : problems) {
    if (auto panel = time_panel(problem)) figure.panels.push_back(std::move(*panel));
    add_times(problem, figure.table);
  }
  for (const model::Scaling& scaling : suite.scalings) {
    if (!is_among(scaling, problems)) continue;
    if (auto panel = scaling_panel(scaling)) figure.panels.push_back(std::move(*panel));
    add_ranks(scaling, figure.table);
  }
  return figure;
}

}  // namespace perfopt::report
