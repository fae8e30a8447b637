// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/subcommand.hpp"

namespace perfopt::cli {

Subcommand::Subcommand(CLI::App& program, const std::string& name, const std::string& doc, const char* formats)
    : app_(*program.add_subcommand(name, doc)) {
  common_.has_settings = false;
  common_.formats = formats;
}

void Subcommand::share_options() {
  add_common_options(app_, common_);
}

}  // namespace perfopt::cli
