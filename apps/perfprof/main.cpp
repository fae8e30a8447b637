// SPDX-License-Identifier: Apache-2.0
// perfprof: where does the time of a program go, in any language, and what should be done first?
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "options.hpp"
#include "perfopt/cli/run_main.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"
#include "perfopt/prof/doctor.hpp"
#include "record.hpp"
#include "subcommands.hpp"

namespace {

namespace cli = perfopt::cli;

constexpr const char* kDescription = "tell where the time of a program goes, in any language, and what to do first";

constexpr const char* kBrief =
    "perfprof tells where the time of a program goes: native code, Python, Node and shell in one profile.\n"
    "\n"
    "  perfprof -- make test                         a command; its output, input and exit status pass through\n"
    "  perfprof --script job.py --report             a script, with a page to look at\n"
    "  perfprof --pid 4711 --duration 10s            a process that runs already\n"
    "  perfprof --doctor                             what this machine allows\n"
    "\n"
    "More: perfprof --help\n";

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfprof -- ./server --port 8080\n"
    "  perfprof --script job.py --args input.csv --output profile.json --report\n"
    "  perfprof --module http.server -- --bind 127.0.0.1 8000\n"
    "  perfprof --mode offcpu -- ./batch                 what it waits for\n"
    "  perfprof --mode alloc -- ./batch                  who allocates, and what is never freed\n"
    "  perfprof --pid 4711 --duration 10s --tree\n"
    "  perfprof diff before.json after.json              what became slower\n"
    "  perfprof convert profile.json --output profile.pb.gz\n"
    "EXIT STATUS\n"
    "  that of the command; 128 + its number when a signal killed it; 0 for --pid. When nothing was recorded:\n"
    "  2    the request or an input is wrong\n"
    "  3    this machine lacks what was demanded, or the command cannot be started\n"
    "  4    a fault of perfprof itself\n";

// A mistyped job is taken for a command that is not there.
int record(const CLI::App& app, const perfprof::Options& options) {
  try {
    return perfprof::record(options);
  } catch (const perfopt::Unavailable& error) {
    const std::string word = options.command.empty() ? "" : options.command.front();
    if (word.empty() || !std::string_view(error.what()).starts_with(word + ": not found in PATH")) throw;
    std::vector<std::string> names;
    for (const CLI::App* const job : app.get_subcommands(nullptr)) names.push_back(job->get_name());
    const std::vector<std::string_view> jobs(names.begin(), names.end());
    throw perfopt::Unavailable(error.what() + perfopt::did_you_mean(word, jobs));
  }
}

int run(const CLI::App& app, const perfprof::Options& options) {
  if (options.doctor) {
    cli::write_console(perfopt::prof::doctor_text(perfopt::prof::examine_machine()));
    return 0;
  }
  if (options.selects()) return record(app, options);
  cli::write_error(kBrief);
  return static_cast<int>(perfopt::ExitCode::bad_request);
}

// The words with kEndOfLists before the first "--", from which on the command's own begin.
std::vector<const char*> words_of(int argc, char** argv) {
  std::vector<const char*> words(argv, argv + argc);
  const auto command = std::ranges::find(words, std::string_view("--"));
  if (command != words.end()) words.insert(command, perfprof::kEndOfLists);
  return words;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(kDescription, "perfprof");
  app.footer(kFooter);
  perfprof::Options options;
  options.common.has_settings = false;
  perfprof::add_options(app, options);
  const auto jobs = perfprof::subcommands(app);
  const bool main_job = argc < 2 || std::string_view(argv[1]).starts_with('-');
  const std::vector<const char*> words = main_job ? words_of(argc, argv) : std::vector<const char*>(argv, argv + argc);
  return cli::run_main(app, options.common, static_cast<int>(words.size()), words.data(), [&] {
    for (const auto& job : jobs) {
      if (job->chosen()) return job->run();
    }
    return run(app, options);
  });
}
