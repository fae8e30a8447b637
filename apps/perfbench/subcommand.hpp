// SPDX-License-Identifier: Apache-2.0
// A job of perfbench beside the main one: `perfbench NAME ...`, one file each.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"

namespace perfbench {

class Subcommand {
 public:
  Subcommand(const Subcommand&) = delete;
  Subcommand& operator=(const Subcommand&) = delete;
  virtual ~Subcommand() = default;

  // It stands on the command line.
  [[nodiscard]] bool chosen() const { return app_.parsed(); }
  [[nodiscard]] const perfopt::cli::CommonOptions& common() const { return common_; }
  // Its exit code. Throws as every body of cli::run_main does.
  [[nodiscard]] virtual int run() = 0;

 protected:
  // Options that all share are added at the end, by share_options(). `formats`: choices of --format.
  Subcommand(CLI::App& program, const std::string& name, const std::string& doc, const char* formats);
  void share_options();
  [[nodiscard]] CLI::App& app() { return app_; }

  perfopt::cli::CommonOptions common_;

 private:
  CLI::App& app_;
};

// All of them, declared in `program`, which must outlive them.
[[nodiscard]] std::vector<std::unique_ptr<Subcommand>> subcommands(CLI::App& program);

}  // namespace perfbench
