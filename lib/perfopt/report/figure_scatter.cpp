// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>

#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"

namespace perfopt::report {
namespace {

// What the strategies of a case need of memory, told alike for all of them and not the same of all: what they hold, by
// how much the process grew, what a run allocates.
enum class Memory : std::uint8_t { held, growth, allocated };

std::optional<std::uint64_t> bytes_of(const model::Variant& variant, Memory memory) {
  if (memory == Memory::held) return variant.resources.held_bytes;
  return memory == Memory::growth ? variant.resources.rss_growth_bytes : variant.resources.allocated_bytes;
}

std::string words_of(Memory memory) {
  if (memory == Memory::held) return "memory held";
  return memory == Memory::growth ? "growth of memory" : "memory allocated in a run";
}

std::optional<Memory> memory_of(const model::Case& item) {
  for (const Memory memory : {Memory::held, Memory::growth, Memory::allocated}) {
    std::set<std::uint64_t> values;
    const bool is_told = std::ranges::all_of(item.variants, [&](const model::Variant& variant) {
      if (!is_measured(variant)) return true;
      const auto bytes = bytes_of(variant, memory);
      if (bytes) values.insert(*bytes);
      return bytes.has_value();
    });
    if (is_told && values.size() > 1) return memory;
  }
  return std::nullopt;
}

struct Measured {
  const model::Case* item = nullptr;
  Memory memory = Memory::held;
};

Measured largest_with_memory(const ProblemView& problem) {
  Measured found;
  for (const model::Case* item : problem.cases) {
    if (const auto memory = memory_of(*item)) found = {item, *memory};
  }
  return found;
}

}  // namespace

std::optional<Panel> scatter_panel(const ProblemView& problem) {
  const Measured measured = largest_with_memory(problem);
  if (measured.item == nullptr) return std::nullopt;
  Panel panel;
  panel.kind = PanelKind::points;
  panel.title = problem.id + " at " + format_count(measured.item->size) + " " + unit_of(problem);
  panel.x = {words_of(measured.memory), Quantity::bytes};
  panel.y = {"time", Quantity::duration_ns};
  double least = std::numeric_limits<double>::infinity();
  double most = 0;
  for (std::size_t i = 0; i < problem.strategies.size(); ++i) {
    const model::Variant* variant = find_variant(*measured.item, problem.strategies[i]);
    if (variant == nullptr || !is_measured(*variant)) continue;
    const model::Summary& summary = variant->summary;
    const auto bytes = static_cast<double>(*bytes_of(*variant, measured.memory));
    panel.series.push_back(
        {variant->name, style_of_strategy(i), {{bytes, summary.wall_ns, summary.wall_low_ns, summary.wall_high_ns}}});
    least = std::min(least, summary.wall_ns);
    most = std::max(most, summary.wall_ns);
  }
  panel.y.is_log = most > 10 * least;
  panel.caption = "Time against memory at " + format_count(measured.item->size) + " " + unit_of(problem) +
                  "; towards the lower left is better.";
  return panel;
}

Figure scatter_figure(Problems problems) {
  Figure figure{.name = "scatter",
                .title = "Time against memory",
                .description = "At the largest size of each problem where both were measured.",
                .panels = {},
                .table = {{{"problem"},
                           {"strategy"},
                           {"size", Quantity::count},
                           {"unit"},
                           {"median", Quantity::duration_ns},
                           {"memory", Quantity::bytes},
                           {"memory is"}},
                          {}}};
  for (const ProblemView& problem : problems) {
    const Measured measured = largest_with_memory(problem);
    if (measured.item == nullptr) continue;
    if (auto panel = scatter_panel(problem)) figure.panels.push_back(std::move(*panel));
    for (const model::Variant& variant : measured.item->variants) {
      if (!is_measured(variant)) continue;
      figure.table.rows.push_back({problem.id, variant.name, measured.item->size, problem.unit(),
                                   variant.summary.wall_ns, *bytes_of(variant, measured.memory),
                                   words_of(measured.memory)});
    }
  }
  return figure;
}

}  // namespace perfopt::report
