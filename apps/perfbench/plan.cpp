// SPDX-License-Identifier: Apache-2.0
#include "plan.hpp"

#include "perfopt/core/units.hpp"

namespace perfbench {
namespace {

namespace model = perfopt::model;
using perfopt::format_bytes;
using perfopt::format_count;

std::string case_text(const model::Case& one) {
  std::string text = one.category + "/" + one.problem + " at " + format_count(one.size) + " " + one.unit;
  if (one.status == model::Status::skipped) return text + ": skipped, " + one.reason + "\n";
  std::string runs;
  std::string skipped;
  for (const model::Variant& variant : one.variants) {
    if (variant.status == model::Status::skipped) {
      skipped += "    without " + variant.name + ": " + variant.reason + "\n";
    } else {
      runs += (runs.empty() ? "" : ", ") + variant.name;
    }
  }
  return text + ": " + runs + "\n" + skipped;
}

std::string limits_text(const model::Settings& settings) {
  return "at most " + perfopt::format_duration_ns(settings.max_time_s * 1e9) + ", " + std::to_string(settings.threads) +
         (settings.threads == 1 ? " thread, " : " threads, ") +
         format_bytes(static_cast<double>(settings.memory_limit_bytes)) + " of memory, " +
         format_bytes(static_cast<double>(settings.file_limit_bytes)) + " of files, " +
         std::to_string(settings.connection_limit) + " connections; level " + settings.level + ", seed " +
         std::to_string(settings.seed) + "\n";
}

}  // namespace

std::string plan_text(const model::Suite& plan) {
  std::size_t running = 0;
  std::string text;
  for (const model::Case& one : plan.cases) {
    text += case_text(one);
    if (one.status != model::Status::skipped) ++running;
  }
  for (const model::SkippedCategory& category : plan.skipped_categories) {
    text += category.category + ": skipped, " + category.reason + "\n";
  }
  return text + "\n" + std::to_string(running) + " cases would run, and sizes between them to narrow a crossover; " +
         limits_text(plan.settings);
}

}  // namespace perfbench
