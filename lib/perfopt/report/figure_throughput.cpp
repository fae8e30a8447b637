// SPDX-License-Identifier: Apache-2.0
// Rates of the strategies of a problem, all in one unit: bytes where every strategy moves them, else items. The limit
// of the machine is told in what the strategy needs of it (reads, syncs); it is converted to the bar's unit.
#include <algorithm>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/suite_formats.hpp"

namespace perfopt::report {
namespace {

constexpr double kMostTimes = 8;  // a limit so many times the best would make its bars invisible

struct Rate {
  const model::Variant* variant;
  double per_second;
  double limit;  // NaN: none is known
};

std::vector<Rate> rates_of(const model::Case& item, Quantity quantity) {
  std::vector<Rate> rates;
  for (const model::Variant& variant : item.variants) {
    if (!is_measured(variant)) continue;
    const model::Summary& summary = variant.summary;
    const double per_second = quantity == Quantity::byte_rate ? summary.bytes_per_second : summary.items_per_second;
    const bool is_known = std::isfinite(per_second) && per_second > 0;
    if (!is_known) continue;
    const bool has_limit = !limit_share_text(variant).empty() && *summary.limit_share > 0;
    rates.push_back({&variant, per_second, has_limit ? per_second / *summary.limit_share : kNoValue});
  }
  return rates;
}

Quantity quantity_of(const model::Case& item) {
  const bool moves_bytes = std::ranges::all_of(item.variants, [](const model::Variant& variant) {
    return !is_measured(variant) || variant.summary.bytes_per_second > 0;
  });
  return moves_bytes ? Quantity::byte_rate : Quantity::rate;
}

std::string words_of(const Rate& rate, Quantity quantity) {
  const std::string share = limit_share_text(*rate.variant);
  return quantity_text(quantity, rate.per_second) + (std::isfinite(rate.limit) ? ", " + share : "");
}

unsigned style_in(const ProblemView& problem, std::string_view strategy) {
  const auto at = std::ranges::find(problem.strategies, strategy);
  return style_of_strategy(static_cast<std::size_t>(at - problem.strategies.begin()));
}

}  // namespace

std::optional<Panel> throughput_panel(const ProblemView& problem) {
  const model::Case* item = largest_measured(problem);
  if (item == nullptr) return std::nullopt;
  Panel panel;
  panel.kind = PanelKind::bars;
  const Quantity quantity = quantity_of(*item);
  panel.title = problem.id + " at " + format_count(item->size) + " " + unit_of(problem);
  panel.x = {quantity == Quantity::byte_rate ? "bytes a second" : "items a second", quantity};
  bool has_limit = false;
  bool has_far_limit = false;
  const std::vector<Rate> rates = rates_of(*item, quantity);
  const double best = rates.empty() ? 0 : std::ranges::max(rates, {}, &Rate::per_second).per_second;
  for (const Rate& rate : rates) {
    FigureRow row;
    row.label = rate.variant->name;
    row.text = words_of(rate, quantity);
    row.style = style_in(problem, rate.variant->name);
    row.value = rate.per_second;
    if (rate.limit <= kMostTimes * best) row.bound = rate.limit;
    has_limit = has_limit || std::isfinite(row.bound);
    has_far_limit = has_far_limit || rate.limit > kMostTimes * best;
    panel.rows.push_back(std::move(row));
  }
  if (panel.rows.empty()) return std::nullopt;
  panel.caption = "Throughput at " + format_count(item->size) + " " + unit_of(problem) +
                  (has_limit ? "; outlined: what this machine's measured limit allows" : "") +
                  (has_far_limit ? "; % of a limit that lies beyond the picture." : ".");
  return panel;
}

Figure throughput_figure(Problems problems) {
  Figure figure{.name = "throughput",
                .title = "Throughput against the machine's limit",
                .description = "At the largest measured size of each problem.",
                .panels = {},
                .table = {{{"problem"},
                           {"strategy"},
                           {"size", Quantity::count},
                           {"unit"},
                           {"items a second", Quantity::rate},
                           {"bytes a second", Quantity::byte_rate},
                           {"share of the limit", Quantity::share},
                           {"limit"}},
                          {}}};
  for (const ProblemView& problem : problems) {
    if (auto panel = throughput_panel(problem)) figure.panels.push_back(std::move(*panel));
    const model::Case* item = largest_measured(problem);
    if (item == nullptr) continue;
    for (const model::Variant& variant : item->variants) {
      if (!is_measured(variant)) continue;
      const model::Summary& summary = variant.summary;
      const bool has_limit = !limit_share_text(variant).empty();
      figure.table.rows.push_back({problem.id, variant.name, item->size, problem.unit(), summary.items_per_second,
                                   summary.bytes_per_second, has_limit ? TableCell(*summary.limit_share) : TableCell(),
                                   has_limit && variant.limit ? limit_name(*variant.limit) : ""});
    }
  }
  return figure;
}

}  // namespace perfopt::report
