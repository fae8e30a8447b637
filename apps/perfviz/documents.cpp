// SPDX-License-Identifier: Apache-2.0
#include "documents.hpp"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "perfopt/cli/configuration.hpp"
#include "perfopt/cli/progress.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/mapped_file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/model/document_schema.hpp"
#include "perfopt/model/foreign_results.hpp"
#include "perfopt/model/history_json.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/stats/profile_diff.hpp"
#include "perfopt/stats/run_history.hpp"
#include "perfopt/stats/session.hpp"
#include "perfopt/store/noise_file.hpp"

namespace perfviz {
namespace {

namespace model = perfopt::model;
namespace stats = perfopt::stats;
using perfopt::BadInput;

constexpr const char* kStandardInput = "-";
constexpr std::size_t kLately = 10;  // runs, as `perfbench history show` has it

// The path, or what "-" stands for.
std::string origin_of(const std::string& path) {
  return path == kStandardInput ? "standard input" : path;
}

// A file that was named, and which of our documents it is; "" for another tool's.
struct Input {
  explicit Input(const std::string& path)
      : origin(origin_of(path)),
        file(path == kStandardInput ? "/dev/stdin" : path),
        schema(model::schema_of(file.text())) {}

  std::string origin;
  perfopt::MappedFile file;
  std::string schema;

  [[nodiscard]] bool is(std::string_view kind) const { return schema == kind; }
};

[[noreturn]] void refuse(const Input& input, const std::string& what) {
  throw BadInput(input.origin + ": it is a document '" + input.schema + "'; " + what);
}

// Where a file of that kind is asked for.
std::string flag_for(const std::string& schema) {
  if (schema == model::Suite::kSchema) return "give it to --benchmark";
  if (schema == model::Profile::kSchema) return "give it to --profiler";
  if (schema == model::Comparison::kSchema) return "give it to --compare";
  if (schema == model::History::kSchema) return "give it to --history";
  return "expected results of perfbench or a profile of perfprof";
}

Document read_comparison(const Input& input) {
  if (!input.is(model::Comparison::kSchema)) {
    throw BadInput("--compare needs two files, what was and what is; only " + input.origin +
                   " is named, and it is no document of `perfbench compare --output`");
  }
  return {input.origin,
          ComparedResults{model::comparison_from_json(input.file.text(), input.origin), std::nullopt, std::nullopt}};
}

// A forest plot is one of speed-ups or of changes: there a comparison is taken, too.
Document read_benchmark(const std::string& path, bool takes_comparison) {
  const Input input(path);
  if (input.is(model::Suite::kSchema)) return {input.origin, model::suite_from_json(input.file.text(), input.origin)};
  if (takes_comparison && input.is(model::Comparison::kSchema)) return read_comparison(input);
  if (!input.schema.empty()) refuse(input, flag_for(input.schema));
  return {input.origin, model::read_results(input.file.text(), input.origin)};
}

Document read_profile(const std::string& path) {
  const Input input(path);
  if (!input.schema.empty() && !input.is(model::Profile::kSchema)) refuse(input, flag_for(input.schema));
  return {input.origin, model::read_profile(input.file.text(), input.origin)};
}

model::History read_history(const std::string& path) {
  const Input input(path);
  if (!input.schema.empty() && !input.is(model::History::kSchema)) refuse(input, flag_for(input.schema));
  model::History history = model::history_from_file(input.file.text(), input.origin);
  if (history.series.empty()) {
    history.series = stats::series_of(history.runs);
    for (model::HistorySeries& series : history.series) stats::judge_series(series, kLately);
  }
  return history;
}

// As `perfbench compare BASE NEW` judges them, with the margins and the noise that hold here.
ComparedResults judged(const Options& options, const model::ResultSet& base, const model::ResultSet& changed) {
  const model::EffectiveConfig config =
      perfopt::cli::resolve_config(options.common, perfopt::cli::SettingFlags{}, environ);
  const model::CompareConfig& margins = config.values.compare;
  stats::SessionOptions session;
  session.threshold = margins.threshold;
  session.margin_of = [&](const std::string& name) { return margins.margin_of(name); };
  if (const auto noise = perfopt::store::load_noise(perfopt::host::read_environment("/", perfopt::temp_parent()))) {
    session.noise_is_measured = true;
    session.noise = stats::session_noise(*noise);
  }
  model::Comparison comparison = stats::compare_sessions(base, changed, session);
  comparison.settings.threshold = margins.threshold;
  return {std::move(comparison), base.environment, changed.environment};
}

ComparedProfiles differences(model::Profile base, model::Profile changed, const std::vector<std::string>& origins) {
  ComparedProfiles both{std::move(base), std::move(changed), {}};
  both.diff = stats::profile_diff(both.base, model::primary_measure(both.base), both.changed,
                                  model::primary_measure(both.changed));
  both.diff.base.origin = origins.front();
  both.diff.changed.origin = origins.back();
  return both;
}

// Another tool's file says by its content alone what it is: results where a reader of results takes it.
std::variant<model::ResultSet, model::Profile> read_either(const Input& input) {
  if (input.is(model::Profile::kSchema)) return model::read_profile(input.file.text(), input.origin);
  if (input.is(model::Suite::kSchema)) return model::read_results(input.file.text(), input.origin);
  if (!input.schema.empty()) refuse(input, "--compare takes two files of results, or two profiles");
  std::exception_ptr no_results;
  try {
    return model::read_results(input.file.text(), input.origin);
  } catch (const BadInput&) {
    no_results = std::current_exception();
  }
  try {
    return model::read_profile(input.file.text(), input.origin);
  } catch (const BadInput&) {
    std::rethrow_exception(no_results);
  }
}

Document read_compared(const Options& options) {
  const Input base(options.compared.front());
  if (options.compared.size() == 1) return read_comparison(base);
  const Input changed(options.compared.back());
  auto was = read_either(base);
  auto is = read_either(changed);
  const std::string origin = base.origin + " and " + changed.origin;
  const auto* base_results = std::get_if<model::ResultSet>(&was);
  const auto* changed_results = std::get_if<model::ResultSet>(&is);
  if (base_results != nullptr && changed_results != nullptr) {
    return {origin, judged(options, *base_results, *changed_results)};
  }
  if (base_results == nullptr && changed_results == nullptr) {
    return {origin, differences(std::get<model::Profile>(std::move(was)), std::get<model::Profile>(std::move(is)),
                                {base.origin, changed.origin})};
  }
  throw BadInput("--compare: " + (base_results != nullptr ? base : changed).origin + " has results and " +
                 (base_results != nullptr ? changed : base).origin + " is a profile; name two of a kind");
}

}  // namespace

std::vector<Document> read_documents(const Options& options) {
  const std::vector<std::string> inputs = options.inputs();
  if (std::ranges::count(inputs, kStandardInput) > 1) {
    throw BadInput("several inputs are '-'; standard input can be one of them");
  }
  std::vector<Document> documents;
  perfopt::cli::ProgressLine line(options.common.quiet);
  const auto reading = [&](const std::string& path) {
    line.show("reading " + path, documents.size(), inputs.size(), 0);
  };
  for (const std::string& path : options.benchmarks) {
    reading(path);
    documents.push_back(read_benchmark(path, options.chart.chart == "forest"));
  }
  for (const std::string& path : options.profiles) {
    reading(path);
    documents.push_back(read_profile(path));
  }
  if (!options.compared.empty()) {
    reading(options.compared.back());
    documents.push_back(read_compared(options));
  }
  if (!options.history.empty()) {
    reading(options.history);
    documents.push_back({origin_of(options.history), read_history(options.history)});
  }
  return documents;
}

}  // namespace perfviz
