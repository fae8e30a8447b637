// SPDX-License-Identifier: Apache-2.0
#include "diff.hpp"

#include <unistd.h>

#include <algorithm>

#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/profile_diff_json.hpp"
#include "perfopt/report/profile_diff_page.hpp"
#include "perfopt/report/profile_diff_text.hpp"
#include "perfopt/stats/profile_diff.hpp"
#include "perfopt/store/suite_file.hpp"
#include "profile_input.hpp"

namespace perfprof {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;

constexpr const char* kGroup = "Diff";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfprof diff before.json after.json\n"
    "  perfprof diff before.json after.json --fail-on slower --format markdown --output diff.md\n"
    "  perfprof diff old.pb.gz new.pb.gz --measure alloc_bytes\n"
    "  perfprof diff before.json after.json --report diff.html\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  1    done, and --fail-on slower: a function got slower\n"
    "  2    the request or an input is wrong\n"
    "  4    a fault of perfprof itself\n";

std::string render(const model::ProfileDiff& diff, cli::Format format, std::size_t top, bool color) {
  switch (format) {
    case cli::Format::json:
      return model::to_json_text(diff);
    case cli::Format::csv:
      return report::profile_diff_csv(diff);
    case cli::Format::markdown:
      return report::profile_diff_markdown(diff, top);
    case cli::Format::console:
      break;
  }
  return report::profile_diff_text(diff, {.top = top, .width = cli::terminal_width(STDOUT_FILENO), .color = color});
}

}  // namespace

Diff::Diff(CLI::App& program)
    : Subcommand(program, "diff", "tell which functions changed between two profiles by more than sampling noise",
                 "console|json|csv|markdown") {
  app()
      .add_option("BASE", base_, "profile from before the change, of any format that convert reads")
      ->type_name("FILE")
      ->group(kGroup);
  app().add_option("CHANGED", changed_, "profile from after it")->type_name("FILE")->group(kGroup);
  cli::add_text_option(app(), "--measure", measure_, "NAME", "what to compare (the main measure of each)", kGroup);
  cli::add_text_option(app(), "--top", top_, "N", "functions that are shown of each kind", kGroup);
  cli::add_text_option(app(), "--report", report_, "FILE", "a page with the differential flame graph as well", kGroup);
  cli::add_text_option(app(), "--fail-on", fail_on_, "slower", "exit with 1 when a function got slower", kGroup);
  share_options();
  app().footer(kFooter);
}

int Diff::run() {
  if (base_.empty() || changed_.empty()) throw perfopt::BadInput("two profiles are needed: perfprof diff BASE CHANGED");
  if (!fail_on_.empty()) cli::require_choice("--fail-on", fail_on_, {"slower"});
  const std::size_t top = perfopt::parse_quantity(top_, "--top").value;
  const bool to_file = cli::to_file(common().output);
  const bool color = cli::use_color(cli::parse_color(common().color), STDOUT_FILENO) && !to_file;
  const bool document = common().format.empty() && to_file;
  const cli::Format format = document ? cli::Format::json : cli::parse_format(common().format);
  if (to_file) perfopt::store::require_writable(common().output);
  if (!report_.empty()) perfopt::store::require_writable(report_);
  model::Profile base = read_input(base_);
  model::Profile changed = read_input(changed_);
  const std::size_t base_measure = chosen_measure(base, measure_, base_);
  const std::size_t changed_measure = chosen_measure(changed, measure_, changed_);
  if (common().dry_run) {
    cli::write_output("would compare " + cli::one_line(base.measures[base_measure].name) + " of " +
                      cli::one_line(base_ + " and " + changed_) + "\n");
    return 0;
  }
  model::ProfileDiff diff = perfopt::stats::profile_diff(base, base_measure, changed, changed_measure);
  diff.base.origin = base_;
  diff.changed.origin = changed_;
  const std::string text = render(diff, format, top, color);
  if (to_file) {
    perfopt::write_atomically(common().output, text);
  } else {
    format == cli::Format::console ? cli::write_console(text) : cli::write_output(text);
  }
  if (!report_.empty()) {
    base.primary = base.measures[base_measure].name;
    changed.primary = changed.measures[changed_measure].name;
    perfopt::write_atomically(report_, report::profile_diff_page(base, changed, diff));
  }
  const bool slower = std::ranges::any_of(diff.functions, [](const model::FunctionChange& change) {
    return change.verdict == model::FunctionVerdict::slower;
  });
  const bool failed = slower && !fail_on_.empty();
  return static_cast<int>(failed ? perfopt::ExitCode::bad_answer : perfopt::ExitCode::ok);
}

}  // namespace perfprof
