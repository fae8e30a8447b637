// SPDX-License-Identifier: Apache-2.0
#include "noise.hpp"

#include <unistd.h>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/compare/noise.hpp"
#include "perfopt/cli/progress.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/noise_json.hpp"
#include "perfopt/report/noise_text.hpp"
#include "perfopt/store/noise_file.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfbench {
namespace {

namespace bench = perfopt::bench;
namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
namespace store = perfopt::store;

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfbench noise\n"
    "  perfbench noise --max-time 60s --format json --output noise.json\n"
    "EXIT STATUS\n"
    "  0    done\n"
    "  2    the request is wrong\n"
    "  4    a fault of perfbench itself\n"
    "  130  interrupted by Ctrl-C; 143 by SIGTERM: what was measured is shown\n"
    "FILES\n"
    "  ~/.cache/perfopt/noise-MACHINE.json keeps the result for `perfbench compare` of two files\n";

std::string render(const model::NoiseProfile& profile, cli::Format format, bool color) {
  if (format == cli::Format::json) return model::to_json_text(profile);
  if (format == cli::Format::markdown) return report::noise_markdown(profile);
  return report::noise_text(profile, cli::terminal_width(STDOUT_FILENO), color);
}

// An answer that cannot be kept is still an answer.
void keep(const model::NoiseProfile& profile, bool quiet) {
  try {
    store::save_noise(profile);
  } catch (const perfopt::Error& error) {
    if (!quiet) cli::write_error("perfbench: " + cli::one_line(error.what()) + "\n");
  }
}

}  // namespace

Noise::Noise(CLI::App& program)
    : Subcommand(program, "noise", "tell how fine a verdict this machine allows, and what to change",
                 "console|json|markdown") {
  cli::add_text_option(app(), "--max-time", max_time_, "DURATION", "time that the measurement may take (at least 4s)",
                       "Noise");
  cli::add_flag(app(), "--no-keep", no_keep_, "do not keep the result for later comparisons of files", "Noise");
  share_options();
  app().footer(kFooter);
}

int Noise::run() {
  const bool color = cli::use_color(cli::parse_color(common().color), STDOUT_FILENO) && !cli::to_file(common().output);
  const bool document = common().format.empty() && cli::to_file(common().output);
  cli::require_choice("--format", common().format.empty() ? "console" : common().format,
                      {"console", "json", "markdown"});
  const cli::Format format = document ? cli::Format::json : cli::parse_format(common().format);
  if (cli::to_file(common().output)) store::require_writable(common().output);
  bench::NoiseOptions options;
  options.max_time_s = perfopt::parse_duration_s(max_time_, "--max-time");
  options.seed = bench::random_seed();
  if (common().dry_run) {
    cli::write_output("would measure 4 kernels on one CPU for " +
                      perfopt::format_duration_ns(options.max_time_s * 1e9) + "\n");
    return 0;
  }
  perfopt::Cancellation cancellation;
  const perfopt::SignalGuard guard(cancellation);
  cli::ProgressLine line(common().quiet);
  const model::NoiseProfile profile = bench::measure_noise(
      options,
      [&](const std::string& kernel, std::size_t done, std::size_t total, double left_s) {
        line.show(kernel, done, total, left_s);
      },
      cancellation);
  line.clear();
  const std::string text = render(profile, format, color);
  if (profile.complete && !no_keep_) keep(profile, common().quiet);
  if (cli::to_file(common().output)) perfopt::write_atomically(common().output, text);
  if (!cli::to_file(common().output)) {
    format == cli::Format::console ? cli::write_console(text) : cli::write_output(text);
  }
  constexpr int kSignalled = 128;
  return profile.complete ? 0 : kSignalled + perfopt::SignalGuard::received();
}

}  // namespace perfbench
