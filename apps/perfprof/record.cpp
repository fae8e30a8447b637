// SPDX-License-Identifier: Apache-2.0
#include "record.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <thread>

#include "perfopt/advise/advise.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/clock.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/source_file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/model/profile_json.hpp"
#include "perfopt/prof/launch/script.hpp"
#include "perfopt/prof/launch/signals.hpp"
#include "perfopt/prof/profile_builder.hpp"
#include "perfopt/report/profile_page.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfprof {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace prof = perfopt::prof;
namespace report = perfopt::report;

constexpr int kSignalled = 128;

struct Result {
  model::Profile profile;
  int exit_code = 0;
};

// A command that outlived its recording (two Ctrl-C) is not waited for.
void tell_end(prof::Target& target, Result& result) {
  if (!target.started_by_us()) return;
  const auto status = target.status();
  if (!status) {
    result.profile.complete = false;
    result.exit_code = kSignalled + prof::SignalRelay::ended_by();
  } else if (WIFSIGNALED(*status)) {
    result.profile.exit_signal = static_cast<unsigned>(WTERMSIG(*status));
    result.exit_code = kSignalled + WTERMSIG(*status);
  } else {
    result.profile.exit_code = static_cast<unsigned>(WEXITSTATUS(*status));
    result.exit_code = WEXITSTATUS(*status);
  }
}

// With its map node opens a log beside the program, which stays empty: isolate-0x...-PID-v8.log.
void remove_logs_of(std::uint32_t pid) {
  const std::string end = "-" + std::to_string(pid) + "-v8.log";
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(".", ignored)) {
    const std::string name = entry.path().filename();
    if (name.starts_with("isolate-0x") && name.ends_with(end)) std::filesystem::remove(entry.path(), ignored);
  }
}

// Node leaves a map of its code because prepare_runtimes() asked for it: it has been read, and goes.
void remove_maps(const prof::Recording& recording) {
  const char* asked = std::getenv("NODE_OPTIONS");  // NOLINT(concurrency-mt-unsafe): nothing sets variables
  if (asked != nullptr && std::string_view(asked).find("--perf-basic-prof") != std::string_view::npos) return;
  for (const model::ProfiledProcess& process : recording.processes) {
    if (process.language != "node" || !process.end_ns) continue;
    std::error_code ignored;
    std::filesystem::remove("/tmp/perf-" + std::to_string(process.pid) + ".map", ignored);
    remove_logs_of(process.pid);
  }
}

// What was recorded up to a failure is worth more than nothing, and the command's end is its own.
void see_out(prof::Target& target, const perfopt::Cancellation& cancellation) {
  constexpr std::chrono::milliseconds kPause(5);
  while (target.started_by_us() && !target.ended() && !cancellation.requested()) std::this_thread::sleep_for(kPause);
}

Result record_target(const Options& options, const prof::RecordOptions& how, const prof::Choice& choice) {
  prof::Recording recording;
  auto backend = choice.kind->make(how, recording);
  auto command = target_command(options);
  if (command) {
    if (how.mode != prof::Mode::calls) prof::prepare_runtimes(*command);
    backend->prepare(*command);
  }
  prof::Target target = command ? prof::Target::start(*command) : prof::Target::attach(target_pid(options));
  Result result;
  result.profile.started = perfopt::utc_text(perfopt::utc_now_s());
  const std::uint64_t start = perfopt::monotonic_ns();
  prof::Tracker tracker(recording, {.live = true, .scripts = true, .start_ns = start});
  {
    perfopt::Cancellation cancellation;
    const prof::SignalRelay relay(target, cancellation);
    backend->attach(target, tracker);
    try {
      backend->record(target, tracker, cancellation);
    } catch (const perfopt::Error& error) {
      if (target.waits_at_gate() || recording.samples.rows().empty()) throw;
      recording.doubts.push_back({"recording", std::string("it broke off: ") + error.what(), ""});
      backend.reset();  // lets go of what it holds
      see_out(target, cancellation);
    }
    tracker.finish(perfopt::monotonic_ns());
  }
  const double elapsed_s = static_cast<double>(perfopt::monotonic_ns() - start) * 1e-9;
  const std::string started = result.profile.started;
  result.profile = prof::profile_of(recording, {.inlines = !options.no_inlines});
  result.profile.started = started;
  result.profile.elapsed_s = elapsed_s;
  result.profile.command = command ? command->told : "--pid " + options.pid;
  tell_end(target, result);
  if (command) remove_maps(recording);
  return result;
}

// Before the command runs, so that the load is not its own. Of the doubts those that shares of time have, too.
model::Environment environment_now() {
  model::Environment environment = perfopt::host::read_environment("/", perfopt::temp_parent());
  environment.doubts = perfopt::host::doubts_of(environment);
  std::erase_if(environment.doubts, [](const model::Doubt& doubt) {
    return doubt.subject != "load" && doubt.subject != "steal" && doubt.subject != "CPUs";
  });
  return environment;
}

void describe(model::Profile& profile, const Options& options, const prof::RecordOptions& how,
              const prof::Choice& choice) {
  profile.mode = options.mode;
  profile.backend = choice.kind->name;
  profile.backend_reason = choice.reason;
  profile.rate_hz =
      how.mode == prof::Mode::cpu || how.mode == prof::Mode::wall || how.mode == prof::Mode::offcpu ? how.rate_hz : 0;
  profile.recommendations = perfopt::advise::advise(profile);
}

std::string console_text(const model::Profile& profile, const Options& options, int fd) {
  report::ProfileTextOptions text;
  text.top = top_of(options);
  text.by = group_of(options);
  text.width = cli::terminal_width(fd);
  text.color = cli::use_color(cli::parse_color(options.common.color), fd);
  text.tree = options.tree;
  text.verbose = options.common.verbose;
  if (cli::to_file(options.common.output)) text.saved_as = options.common.output;
  return report::profile_text(profile, text);
}

std::string document(const model::Profile& profile, const Options& options, cli::Format format) {
  switch (format) {
    case cli::Format::json:
      return model::to_json_text(profile);
    case cli::Format::markdown:
      return report::profile_markdown(profile, top_of(options), group_of(options));
    case cli::Format::csv:
      return report::profile_csv(profile, group_of(options));
    case cli::Format::console:
      break;
  }
  report::ProfileTextOptions text;
  text.top = top_of(options);
  text.by = group_of(options);
  text.tree = options.tree;
  return report::profile_text(profile, text);
}

// Standard output belongs to the command: people read its profile on standard error.
void show(const model::Profile& profile, const Options& options, cli::Format format) {
  if (options.common.quiet) return;
  const int fd = options.pid.empty() ? STDERR_FILENO : STDOUT_FILENO;
  if (format == cli::Format::console || !options.common.output.empty()) {
    return cli::write_console(console_text(profile, options, fd), fd);
  }
  const std::string text = document(profile, options, format);
  if (fd == STDOUT_FILENO) {
    cli::write_output(text);
  } else {
    cli::write_error(text);
  }
}

void write_files(const model::Profile& profile, const Options& options, cli::Format format) {
  const std::string& output = options.common.output;
  if (!output.empty()) {
    const bool chosen = !options.common.format.empty();
    const std::string text = document(profile, options, chosen ? format : cli::Format::json);
    if (cli::to_file(output)) {
      perfopt::write_atomically(output, text);
    } else {
      cli::write_output(text);
    }
  }
  const std::string page = page_path(options);
  if (page.empty()) return;
  perfopt::write_atomically(page, report::profile_page(profile, perfopt::read_source));
  if (!options.common.quiet) cli::write_error("report: " + cli::one_line(page) + "\n");
}

// --report takes the next word: a file that is no page is not meant, nor the document itself.
void require_page(const std::string& page, const std::string& output) {
  std::error_code ignored;
  const std::filesystem::path path(page);
  if (page == output || std::filesystem::equivalent(path, output, ignored)) {
    throw perfopt::BadInput("--report and --output name one file, " + page + "; give two");
  }
  perfopt::store::require_writable(page);
  if (!std::filesystem::is_regular_file(path, ignored) || std::filesystem::file_size(path, ignored) == 0) return;
  constexpr std::string_view kPage = "<!DOCTYPE html>";
  std::string start(kPage.size(), ' ');
  std::ifstream(path).read(start.data(), static_cast<std::streamsize>(start.size()));
  if (start == kPage || start == "<!doctype html>") return;
  throw perfopt::BadInput("--report " + page + ": the file is there and no page; --report=FILE names another, and a " +
                          "command stands after --");
}

}  // namespace

int record(const Options& options) {
  const prof::RecordOptions how = record_options(options);
  const cli::Format format = cli::parse_format(options.common.format);
  static_cast<void>(top_of(options));
  static_cast<void>(group_of(options));
  static_cast<void>(cli::parse_color(options.common.color));
  const std::string page = page_path(options);
  if (cli::to_file(options.common.output)) perfopt::store::require_writable(options.common.output);
  if (!page.empty()) require_page(page, options.common.output);
  const prof::Choice choice = prof::choose_backend(options.backend, how);
  if (options.common.dry_run) {
    cli::write_output("would record with " + choice.reason + "\n");
    return 0;
  }
  const model::Environment environment = environment_now();
  Result result = record_target(options, how, choice);
  result.profile.environment = environment;
  describe(result.profile, options, how, choice);
  show(result.profile, options, format);
  try {
    write_files(result.profile, options, format);
  } catch (const perfopt::Error& error) {  // the command has run, and its status is what was asked for
    cli::write_error("perfprof: " + cli::one_line(error.what()) + "\n");
    return result.exit_code != 0 ? result.exit_code : static_cast<int>(error.code());
  }
  return result.exit_code;
}

}  // namespace perfprof
