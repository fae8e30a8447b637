// SPDX-License-Identifier: Apache-2.0
#include "subcommands.hpp"

#include "advise.hpp"
#include "convert.hpp"
#include "diff.hpp"

namespace perfprof {

// A line each; their declarations stand in the files of the same name.
perfopt::cli::Subcommands subcommands(CLI::App& program) {
  perfopt::cli::Subcommands all;
  all.push_back(std::make_unique<Advise>(program));
  all.push_back(std::make_unique<Convert>(program));
  all.push_back(std::make_unique<Diff>(program));
  return all;
}

}  // namespace perfprof
