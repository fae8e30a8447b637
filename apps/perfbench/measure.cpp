// SPDX-License-Identifier: Apache-2.0
#include "measure.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "fleet.hpp"
#include "perfopt/bench/gbench_export.hpp"
#include "perfopt/cli/progress.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/benchmark_page.hpp"
#include "perfopt/report/suite_text.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfbench {
namespace {

namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
namespace store = perfopt::store;
using cli::Format;

// A document is JSON unless asked otherwise; what goes to a person is console text.
Format document_format(const Options& options) {
  if (options.common.format.empty() && !options.common.output.empty()) return Format::json;
  return cli::parse_format(options.common.format);
}

report::TextOptions text_options(const Options& options, int fd) {
  report::TextOptions text;
  text.color = cli::use_color(cli::parse_color(options.common.color), fd);
  text.width = cli::terminal_width(fd);
  text.verbose = options.common.verbose;
  return text;
}

std::string render(const Options& options, const model::Suite& suite, Format format) {
  if (format == Format::json) return model::to_json_text(suite);
  report::TextOptions text = text_options(options, STDOUT_FILENO);
  text.color = text.color && !cli::to_file(options.common.output);
  if (format == Format::markdown) text.format = report::TextFormat::markdown;
  if (format == Format::csv) text.format = report::TextFormat::csv;
  return report::suite_text(suite, text);
}

void note(const Options& options, const std::string& text) {
  if (!options.common.quiet) cli::write_error("perfbench: " + cli::one_line(text) + "\n");
}

// Lines of a log are not wrapped.
report::TextOptions line_options(const Options& options) {
  constexpr unsigned kUnwrapped = 1000;
  report::TextOptions text = text_options(options, STDERR_FILENO);
  if (!cli::is_terminal(STDERR_FILENO)) text.width = kUnwrapped;
  return text;
}

// Shows the live line and each finished case, and keeps the checkpoint.
class Watcher final : public bench::Observer {
 public:
  explicit Watcher(const Options& options)
      : options_(options), line_(options.common.quiet), text_(line_options(options)) {
    if (cli::to_file(options.common.output)) checkpoint_.emplace(options.common.output);
  }

  void progress(const bench::Progress& progress) override {
    total_ = progress.total;
    line_.show(progress.running, progress.done, progress.total, progress.left_s);
  }

  void finished(const model::Case& item, const model::Suite& suite) override {
    if (!options_.common.quiet) line_.print(report::case_line(item, suite.cases.size(), total_, text_));
    save(suite);
  }

  void clear() { line_.clear(); }
  [[nodiscard]] const std::optional<store::Checkpoint>& checkpoint() const { return checkpoint_; }

 private:
  // A full disk must not end a run whose results can still be shown.
  void save(const model::Suite& suite) {
    if (!checkpoint_ || checkpoint_failed_) return;
    try {
      checkpoint_->save(suite);
    } catch (const perfopt::Error& error) {
      checkpoint_failed_ = true;
      line_.clear();
      note(options_, std::string("no checkpoint from here on: ") + error.what());
    }
  }

  const Options& options_;
  cli::ProgressLine line_;
  report::TextOptions text_;
  std::optional<store::Checkpoint> checkpoint_;
  std::size_t total_ = 0;
  bool checkpoint_failed_ = false;
};

std::optional<model::Suite> previous_run(const Options& options) {
  const store::Checkpoint checkpoint(options.common.output);
  if (options.resume) return store::load_for_resume(options.common.output);
  if (cli::to_file(options.common.output) && checkpoint.exists()) {
    note(options,
         checkpoint.path().string() + " of an interrupted run is replaced (--resume would have gone on with it)");
  }
  return std::nullopt;
}

// Found out now, not after minutes of measuring.
void require_places(const Options& options) {
  if (cli::to_file(options.common.output)) store::require_writable(options.common.output);
  if (!options.benchmark_out.empty()) store::require_writable(options.benchmark_out);
  const std::string plot = plot_path(options);
  if (!plot.empty()) store::require_writable(plot);
}

// `format`: "json" or "csv".
std::string google_form(const Options& options, const model::Suite& suite, const std::string& format) {
  bench::GbenchOptions google;
  if (!options.benchmark_time_unit.empty()) google.time_unit = options.benchmark_time_unit;
  google.context = bench::parse_gbench_context(options.benchmark_context);
  return format == "csv" ? bench::gbench_csv(suite, google) : bench::gbench_json(suite, google);
}

void write_files(const Options& options, const model::Suite& suite) {
  if (cli::to_file(options.common.output))
    perfopt::write_atomically(options.common.output, render(options, suite, document_format(options)));
  if (!options.benchmark_out.empty()) {
    const std::string& format = options.benchmark_out_format;
    perfopt::write_atomically(options.benchmark_out, google_form(options, suite, format.empty() ? "json" : format));
  }
  const std::string plot = plot_path(options);
  if (plot.empty()) return;
  perfopt::write_atomically(plot, report::benchmark_page(suite));
  note(options, "report: " + plot);
}

void show(const Options& options, const model::Suite& suite) {
  const std::string& format = options.benchmark_format;
  if (!format.empty() && format != "console") return cli::write_output(google_form(options, suite, format));
  const Format form = document_format(options);
  if (!cli::to_file(options.common.output) && form != Format::console) {
    return cli::write_output(render(options, suite, form));
  }
  if (cli::to_file(options.common.output) && options.common.quiet) return;
  cli::write_console(report::suite_text(suite, text_options(options, STDOUT_FILENO)));
}

// The answer is shown even when a file cannot be written: it may have taken minutes.
void write_and_show(const Options& options, const model::Suite& suite) {
  std::exception_ptr failure;
  try {
    write_files(options, suite);
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  show(options, suite);
  if (failure) std::rethrow_exception(failure);
}

std::string first_missing(const model::Suite& suite) {
  constexpr std::size_t kShown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, suite.missing.size()); ++i) {
    text += (i == 0 ? "" : ", ") + suite.missing[i];
  }
  if (suite.missing.size() > kShown) text += " and " + std::to_string(suite.missing.size() - kShown) + " more";
  return text;
}

void tell_interrupted(const Options& options, const model::Suite& suite) {
  const std::string missing = "interrupted; not measured: " + first_missing(suite);
  const std::string command = options.command + (options.resume ? "" : " --resume");
  const std::string next = cli::to_file(options.common.output)
                               ? "; go on with: " + command
                               : "; an interrupted run with --output FILE can be resumed";
  // Not a note: without this line the results look whole.
  cli::write_error("perfbench: " + cli::one_line(missing + next) + "\n");
}

int exit_code(const Options& options, const model::Suite& suite) {
  const auto has_failed = [](const model::FleetHost& host) { return !host.failures.empty(); };
  const bool fleet_failed = suite.fleet && std::ranges::any_of(suite.fleet->hosts, has_failed);
  if (bench::has_failures(suite) || fleet_failed) return static_cast<int>(perfopt::ExitCode::bad_answer);
  for (const std::string& category : options.categories()) {
    const std::string_view reason = bench::missing_reason(category);
    if (reason.empty()) continue;
    cli::write_error("perfbench: --" + category + ": " + std::string(reason) + "\n");
    return static_cast<int>(perfopt::ExitCode::unavailable);
  }
  return static_cast<int>(perfopt::ExitCode::ok);
}

}  // namespace

void deliver(const Options& options, const std::string& text) {
  if (cli::to_file(options.common.output)) return perfopt::write_atomically(options.common.output, text);
  cli::write_output(text);
}

int measure(const Options& options, const bench::RunOptions& run) {
  (void)document_format(options);
  require_places(options);
  std::optional<model::Suite> previous = previous_run(options);
  Watcher watcher(options);
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  model::Suite suite = bench::run(run, watcher, cancellation, std::move(previous));
  watcher.clear();
  if (options.fleet && suite.complete) suite = gather(suite);
  write_and_show(options, suite);
  // An interrupted run goes on from its JSON, whichever file holds it.
  const bool resumable_output = suite.complete || document_format(options) == Format::json;
  if (watcher.checkpoint() && resumable_output) watcher.checkpoint()->remove();
  if (suite.complete) return exit_code(options, suite);
  tell_interrupted(options, suite);
  return 128 + perfopt::SignalGuard::received();
}

}  // namespace perfbench
