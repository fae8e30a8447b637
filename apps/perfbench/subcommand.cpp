// SPDX-License-Identifier: Apache-2.0
#include "subcommand.hpp"

#include "command.hpp"
#include "compare.hpp"
#include "history.hpp"
#include "noise.hpp"

namespace perfbench {

// A line each; their declarations stand in the files of the same name.
std::vector<std::unique_ptr<Subcommand>> subcommands(CLI::App& program) {
  std::vector<std::unique_ptr<Subcommand>> all;
  all.push_back(std::make_unique<CommandJob>(program));
  all.push_back(std::make_unique<Compare>(program));
  all.push_back(std::make_unique<HistoryJob>(program));
  all.push_back(std::make_unique<Noise>(program));
  return all;
}

Subcommand::Subcommand(CLI::App& program, const std::string& name, const std::string& doc, const char* formats)
    : app_(*program.add_subcommand(name, doc)) {
  common_.has_settings = false;
  common_.formats = formats;
}

void Subcommand::share_options() {
  perfopt::cli::add_common_options(app_, common_);
}

}  // namespace perfbench
