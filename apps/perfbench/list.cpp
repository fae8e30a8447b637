// SPDX-License-Identifier: Apache-2.0
#include "list.hpp"

#include "perfopt/core/units.hpp"

namespace perfbench {
namespace {

namespace model = perfopt::model;
using perfopt::cli::Format;

std::string sizes_text(const model::StrategyEntry& entry) {
  std::string text;
  for (const std::uint64_t size : entry.sizes) text += (text.empty() ? "" : "; ") + perfopt::format_count(size);
  return text + " " + entry.unit;
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

std::string console_text(const model::StrategyList& list) {
  std::string text;
  std::string problem;
  for (const model::StrategyEntry& entry : list.strategies) {
    const std::string name = entry.category + "/" + entry.problem;
    if (name != problem) {
      text += (text.empty() ? "" : "\n") + name + ": " + entry.title + "\n  sizes: " + sizes_text(entry) + "\n";
    }
    problem = name;
    text += "  " + padded(entry.strategy, 18) + " " + padded(entry.level, 12) + " " + entry.does + "\n";
    const auto detail = [&](const char* what, const std::string& value) {
      if (!value.empty()) text += std::string(34, ' ') + what + value + "\n";
    };
    detail("needs ", entry.needs);
    detail("costs ", entry.costs);
    detail("weaker: ", entry.weaker);
  }
  for (const model::SkippedCategory& category : list.missing) {
    text += "\n" + category.category + ": " + category.reason + "\n";
  }
  return text;
}

std::string markdown_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string markdown_text(const model::StrategyList& list) {
  std::string text = "| strategy | level | does | needs | costs |\n|---|---|---|---|---|\n";
  for (const model::StrategyEntry& entry : list.strategies) {
    const std::string costs = entry.weaker.empty() ? entry.costs : entry.costs + " (weaker: " + entry.weaker + ")";
    text += "| " + entry.category + "/" + entry.problem + "/" + entry.strategy + " | " + entry.level + " | " +
            markdown_cell(entry.does) + " | " + markdown_cell(entry.needs) + " | " + markdown_cell(costs) + " |\n";
  }
  for (const model::SkippedCategory& category : list.missing) {
    text += "\n" + category.category + ": " + markdown_cell(category.reason) + "\n";
  }
  return text;
}

// RFC 4180.
std::string csv_field(const std::string& text) {
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

std::string csv_text(const model::StrategyList& list) {
  std::string text = "category,problem,strategy,level,sizes,does,needs,costs,weaker\n";
  for (const model::StrategyEntry& entry : list.strategies) {
    text += entry.category + "," + entry.problem + "," + entry.strategy + "," + entry.level + "," +
            csv_field(sizes_text(entry)) + "," + csv_field(entry.does) + "," + csv_field(entry.needs) + "," +
            csv_field(entry.costs) + "," + csv_field(entry.weaker) + "\n";
  }
  return text;
}

}  // namespace

model::StrategyList strategies_of(const model::Suite& plan) {
  model::StrategyList list;
  list.missing = plan.skipped_categories;
  for (const model::Case& one : plan.cases) {
    bool known = false;
    for (model::StrategyEntry& entry : list.strategies) {
      if (entry.category != one.category || entry.problem != one.problem) continue;
      entry.sizes.push_back(one.size);
      known = true;
    }
    if (known) continue;
    for (const model::Variant& variant : one.variants) {
      list.strategies.push_back({one.category,
                                 one.problem,
                                 one.title,
                                 one.unit,
                                 {one.size},
                                 variant.name,
                                 variant.level,
                                 variant.does,
                                 variant.needs,
                                 variant.costs,
                                 variant.weaker});
    }
  }
  return list;
}

std::string list_text(const model::StrategyList& list, Format format) {
  switch (format) {
    case Format::json:
      return model::to_json_text(list);
    case Format::csv:
      return csv_text(list);
    case Format::markdown:
      return markdown_text(list);
    case Format::console:
      return console_text(list);
  }
  return "";
}

}  // namespace perfbench
