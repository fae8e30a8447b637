// SPDX-License-Identifier: Apache-2.0
// A job of a program beside its main one: `perfbench NAME ...`, one class and one file each in apps/.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"

namespace perfopt::cli {

class Subcommand {
 public:
  Subcommand(const Subcommand&) = delete;
  Subcommand& operator=(const Subcommand&) = delete;
  virtual ~Subcommand() = default;

  // It stands on the command line.
  [[nodiscard]] bool chosen() const { return app_.parsed(); }
  [[nodiscard]] const CommonOptions& common() const { return common_; }
  // Its exit code. Throws as every body of cli::run_main does.
  [[nodiscard]] virtual int run() = 0;

 protected:
  // Options that all share are added at the end, by share_options(). `formats`: choices of --format.
  Subcommand(CLI::App& program, const std::string& name, const std::string& doc, const char* formats);
  void share_options();
  [[nodiscard]] CLI::App& app() { return app_; }

  CommonOptions common_;

 private:
  CLI::App& app_;
};

using Subcommands = std::vector<std::unique_ptr<Subcommand>>;

}  // namespace perfopt::cli
