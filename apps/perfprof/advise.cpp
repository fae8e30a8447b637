// SPDX-License-Identifier: Apache-2.0
#include "advise.hpp"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "perfopt/advise/advise.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/model/profile_json.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/store/suite_file.hpp"
#include "profile_input.hpp"

namespace perfprof {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;

constexpr std::size_t kFunctions = 5;  // shown beside the advice

constexpr const char* kFooter =
    "EXAMPLES\n"
    "  perfprof advise profile.json\n"
    "  perfprof advise cpu.json alloc.json io.json --format markdown\n"
    "EXIT STATUS\n"
    "  0    done, also when there is nothing to advise\n"
    "  2    the request or an input is wrong\n"
    "  4    a fault of perfprof itself\n";

void append(std::vector<model::Recommendation>& all, std::vector<model::Recommendation> more) {
  for (model::Recommendation& one : more) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const auto& other) { return other.rule == one.rule; });
    if (known == all.end()) {
      all.push_back(std::move(one));
    } else if (one.confidence > known->confidence) {
      *known = std::move(one);
    }
  }
}

std::string console_text(const model::Profile& profile, const cli::CommonOptions& common) {
  if (profile.recommendations.empty()) return "Nothing to advise: no fault that perfprof knows shows in it.\n";
  perfopt::report::ProfileTextOptions options;
  options.top = kFunctions;
  options.width = cli::terminal_width(STDOUT_FILENO);
  options.color = cli::use_color(cli::parse_color(common.color), STDOUT_FILENO) && !cli::to_file(common.output);
  return perfopt::report::profile_text(profile, options);
}

std::string rendered(const model::Profile& profile, cli::Format format, const cli::CommonOptions& common) {
  if (format == cli::Format::json) return model::to_json_text(profile);
  if (format == cli::Format::markdown) return perfopt::report::profile_markdown(profile, kFunctions);
  return console_text(profile, common);
}

}  // namespace

Advise::Advise(CLI::App& program)
    : Subcommand(program, "advise", "tell what to do first, and why, from recorded profiles", "console|json|markdown") {
  app()
      .add_option("PROFILES", inputs_, "profiles of one program, in any form that is read; - for standard input")
      ->type_name("FILE")
      ->group("Advise");
  common_.format_doc = "form of what is written; json is the first profile with the advice in it";
  share_options();
  app().footer(kFooter);
}

int Advise::run() {
  if (inputs_.empty()) throw perfopt::BadInput("PROFILES are missing: perfprof advise PROFILE...");
  const bool document = common().format.empty() && cli::to_file(common().output);
  cli::require_choice("--format", common().format.empty() ? "console" : common().format,
                      {"console", "json", "markdown"});
  const cli::Format format = document ? cli::Format::json : cli::parse_format(common().format);
  if (cli::to_file(common().output)) perfopt::store::require_writable(common().output);
  std::vector<model::Recommendation> all;
  model::Profile first;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    model::Profile profile = read_input(inputs_[i]);
    append(all, perfopt::advise::advise(profile));
    if (i == 0) first = std::move(profile);
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.impact.share > b.impact.share; });
  first.recommendations = std::move(all);
  const std::string text = rendered(first, format, common());
  if (cli::to_file(common().output)) {
    perfopt::write_atomically(common().output, text);
  } else {
    format == cli::Format::console ? cli::write_console(text) : cli::write_output(text);
  }
  return 0;
}

}  // namespace perfprof
