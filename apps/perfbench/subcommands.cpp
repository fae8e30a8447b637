// SPDX-License-Identifier: Apache-2.0
#include "subcommands.hpp"

#include "command.hpp"
#include "compare.hpp"
#include "history.hpp"
#include "noise.hpp"

namespace perfbench {

// A line each; their declarations stand in the files of the same name.
perfopt::cli::Subcommands subcommands(CLI::App& program) {
  perfopt::cli::Subcommands all;
  all.push_back(std::make_unique<CommandJob>(program));
  all.push_back(std::make_unique<Compare>(program));
  all.push_back(std::make_unique<HistoryJob>(program));
  all.push_back(std::make_unique<Noise>(program));
  return all;
}

}  // namespace perfbench
