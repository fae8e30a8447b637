// SPDX-License-Identifier: Apache-2.0
#include "compare_files.hpp"

#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/model/foreign_results.hpp"

namespace perfbench {
namespace {

namespace model = perfopt::model;
using perfopt::BadInput;

constexpr const char* kStandardInput = "-";

model::ResultSet read_results(const std::string& path) {
  if (path != kStandardInput) return model::read_results(perfopt::read_file(path), path);
  return model::read_results(perfopt::read_file("/dev/stdin"), "standard input");
}

void keep_matching(model::ResultSet& set, const perfopt::Pattern& pattern) {
  std::erase_if(set.results, [&](const model::Result& result) { return !pattern.found_in(result.name); });
}

void filter_both(model::ResultSet& base, model::ResultSet& changed, const std::string& filter) {
  if (filter.empty()) return;
  const perfopt::Pattern pattern(filter, "--filter");
  keep_matching(base, pattern);
  keep_matching(changed, pattern);
  if (!base.results.empty() || !changed.results.empty()) return;
  throw BadInput("--filter: no benchmark of " + base.origin + " or " + changed.origin + " matches '" + filter + "'");
}

}  // namespace

FileComparison compare_files(const std::string& base_path, const std::string& changed_path,
                             const FileComparisonOptions& options) {
  if (base_path == kStandardInput && changed_path == kStandardInput) {
    throw BadInput("compare: both files are '-'; standard input can be one of them");
  }
  model::ResultSet base = read_results(base_path);
  model::ResultSet changed = read_results(changed_path);
  filter_both(base, changed, options.filter);
  perfopt::stats::SessionOptions session;
  session.threshold = options.threshold;
  session.margin_of = options.margin_of;
  session.noise_is_measured = options.noise.has_value();
  if (options.noise) session.noise = *options.noise;
  model::Comparison comparison = perfopt::stats::compare_sessions(base, changed, session);
  comparison.settings.filter = options.filter;
  return {std::move(comparison), std::move(base.environment), std::move(changed.environment)};
}

}  // namespace perfbench
