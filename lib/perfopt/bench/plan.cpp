// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/plan.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <regex>

#include "perfopt/bench/catalogue.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/host/environment.hpp"

namespace perfopt::bench {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20U;

std::string_view class_name(SizeClass size_class) {
  switch (size_class) {
    case SizeClass::small:
      return "small";
    case SizeClass::medium:
      return "medium";
    case SizeClass::large:
      return "large";
  }
  return "";
}

std::string problem_name(const Problem& problem) {
  return std::string(problem.category) + "/" + std::string(problem.name);
}

std::string strategy_name(const Problem& problem, const Strategy& strategy) {
  return problem_name(problem) + "/" + std::string(strategy.name);
}

std::regex compile(const std::string& filter) {
  try {
    return std::regex(filter);
  } catch (const std::regex_error& error) {
    throw BadInput("--filter: '" + filter + "' is no regular expression (" + error.what() + ")");
  }
}

bool listed(const std::vector<std::string>& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

// Indices of the strategies that the filter keeps; the baseline comes with any of them.
std::vector<const Strategy*> chosen_strategies(const RunOptions& options, const Problem& problem) {
  if (options.filter.empty()) {
    std::vector<const Strategy*> all;
    for (const Strategy& strategy : problem.strategies) all.push_back(&strategy);
    return all;
  }
  const std::regex filter = compile(options.filter);
  std::vector<const Strategy*> chosen;
  for (const Strategy& strategy : problem.strategies) {
    if (std::regex_search(strategy_name(problem, strategy), filter)) chosen.push_back(&strategy);
  }
  const Strategy* baseline = &problem.strategies.front();
  if (!chosen.empty() && chosen.front() != baseline) chosen.insert(chosen.begin(), baseline);
  return chosen;
}

std::string strategy_skip_reason(const RunOptions& options, const Problem& problem, const Strategy& strategy) {
  if (strategy.level > options.level) {
    return "its level is " + std::string(level_name(strategy.level)) + ", above --level " +
           std::string(level_name(options.level));
  }
  const bool is_baseline = &strategy == &problem.strategies.front();
  if (!is_baseline && listed(options.disabled, strategy_name(problem, strategy))) {
    return "switched off in the configuration";
  }
  return {};
}

std::string size_text(const Problem& problem, std::size_t size) {
  return format_count(size) + " " + std::string(problem.unit);
}

std::string case_skip_reason(const RunOptions& options, const Problem& problem, std::size_t size) {
  if (listed(options.disabled, problem.category) || listed(options.disabled, problem_name(problem))) {
    return "switched off in the configuration";
  }
  if (size > problem.max_size)
    return size_text(problem, size) + " is above the largest size, " + format_count(problem.max_size);
  const double memory = problem.memory_bytes(size);
  if (memory > static_cast<double>(options.memory_limit_bytes)) {
    return "needs " + format_bytes(memory) + " of memory; the limit is " +
           format_bytes(static_cast<double>(options.memory_limit_bytes)) + " (--memory-limit)";
  }
  const double files = file_bytes(problem, size);
  if (files > static_cast<double>(options.file_limit_bytes)) {
    return "needs " + format_bytes(files) + " of files; the limit is " +
           format_bytes(static_cast<double>(options.file_limit_bytes)) + " (--file-limit)";
  }
  return {};
}

std::size_t size_for_bytes(const Problem& problem, std::uint64_t bytes) {
  const double units = static_cast<double>(bytes) / problem.bytes_per_unit;
  return std::max<std::size_t>(1, static_cast<std::size_t>(std::llround(problem.squared ? std::sqrt(units) : units)));
}

// Size to its class, ascending and without repetition.
std::map<std::size_t, std::string> chosen_sizes(const SizeRequest& request, const Problem& problem) {
  std::map<std::size_t, std::string> sizes;
  const bool any_class = request.classes.empty() && request.counts.empty() && request.bytes.empty();
  for (const Size& size : problem.sizes) {
    const bool wanted = std::ranges::find(request.classes, size.size_class) != request.classes.end();
    if (any_class || wanted) sizes.emplace(size.n, class_name(size.size_class));
  }
  for (const std::uint64_t count : request.counts) sizes.emplace(count, "given");
  for (const std::uint64_t bytes : request.bytes) sizes.emplace(size_for_bytes(problem, bytes), "given");
  return sizes;
}

std::uint64_t free_bytes(const std::filesystem::path& place) {
  std::error_code error;
  const auto space = std::filesystem::space(place, error);
  return error ? 0 : space.available;
}

}  // namespace

bool category_chosen(const RunOptions& options, std::string_view category) {
  return options.categories.empty() || listed(options.categories, category);
}

double file_bytes(const Problem& problem, std::size_t size) {
  return problem.file_bytes == nullptr ? 0 : problem.file_bytes(size);
}

std::string_view level_name(Level level) {
  switch (level) {
    case Level::baseline:
      return "baseline";
    case Level::conservative:
      return "conservative";
    case Level::balanced:
      return "balanced";
    case Level::aggressive:
      return "aggressive";
  }
  return "";
}

std::string case_name(const model::Case& one) {
  return one.category + "/" + one.problem + " at " + format_count(one.size);
}

SizeRequest parse_sizes(std::string_view text) {
  SizeRequest request;
  while (true) {
    const auto comma = text.find(',');
    const std::string_view part = text.substr(0, comma);
    if (part == "small") {
      request.classes.push_back(SizeClass::small);
    } else if (part == "medium") {
      request.classes.push_back(SizeClass::medium);
    } else if (part == "large") {
      request.classes.push_back(SizeClass::large);
    } else if (part == "all") {
      request.classes.insert(request.classes.end(), {SizeClass::small, SizeClass::medium, SizeClass::large});
    } else {
      const Quantity quantity = parse_quantity(part, "--sizes (small, medium, large, all or a list of sizes)");
      (quantity.is_bytes ? request.bytes : request.counts).push_back(quantity.value);
    }
    if (comma == std::string_view::npos) return request;
    text.remove_prefix(comma + 1);
  }
}

RunOptions resolve(RunOptions options) {
  const unsigned allowed = host::allowed_cpus("/");
  if (options.threads == 0) options.threads = allowed;
  if (options.ranks == 0) options.ranks = std::max(options.threads, 2U);
  if (options.scratch.empty()) options.scratch = temp_parent();
  if (options.memory_limit_bytes == 0) {
    options.memory_limit_bytes = std::max(host::available_memory_bytes("/") / 2, 64 * kMiB);
  }
  if (options.file_limit_bytes == 0) {
    options.file_limit_bytes = std::min(1024 * kMiB, free_bytes(options.scratch) / 2);
  }
  if (options.sizes_text.empty()) options.sizes_text = "all";
  return options;
}

PlannedCase plan_case(const RunOptions& options, const Problem& problem, std::size_t size, std::string size_class) {
  PlannedCase planned{&problem, size, std::move(size_class), {}, case_skip_reason(options, problem, size)};
  for (const Strategy* strategy : chosen_strategies(options, problem)) {
    planned.strategies.push_back({strategy, strategy_skip_reason(options, problem, *strategy)});
  }
  return planned;
}

std::vector<PlannedCase> plan_cases(const RunOptions& options) {
  for (const std::string& category : options.categories) {
    if (std::ranges::find(kCategories, category) == std::end(kCategories)) {
      throw BadInput("unknown category '" + category + "'");
    }
  }
  std::vector<PlannedCase> cases;
  for (const Problem* problem : catalogue()) {
    if (!category_chosen(options, problem->category) || chosen_strategies(options, *problem).empty()) continue;
    for (const auto& [size, size_class] : chosen_sizes(options.sizes, *problem)) {
      cases.push_back(plan_case(options, *problem, size, size_class));
    }
  }
  if (cases.empty() && !options.filter.empty()) {
    throw BadInput("--filter: no strategy matches '" + options.filter + "'; see `perfbench --list`");
  }
  return cases;
}

model::Case describe(const PlannedCase& planned) {
  const Problem& problem = *planned.problem;
  model::Case one;
  one.category = problem.category;
  one.problem = problem.name;
  one.title = problem.title;
  one.unit = problem.unit;
  one.size = planned.size;
  one.size_class = planned.size_class;
  one.status = planned.skip_reason.empty() ? model::Status::ok : model::Status::skipped;
  one.reason = planned.skip_reason;
  for (const PlannedStrategy& chosen : planned.strategies) {
    const Strategy& strategy = *chosen.strategy;
    model::Variant variant;
    variant.name = strategy.name;
    variant.level = level_name(strategy.level);
    variant.does = strategy.does;
    variant.needs = strategy.needs;
    variant.costs = strategy.costs;
    variant.weaker = strategy.weaker;
    variant.workers = strategy.workers;
    variant.reason = planned.skip_reason.empty() ? chosen.skip_reason : planned.skip_reason;
    variant.status = variant.reason.empty() ? model::Status::ok : model::Status::skipped;
    one.variants.push_back(std::move(variant));
  }
  return one;
}

}  // namespace perfopt::bench
