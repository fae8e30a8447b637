// SPDX-License-Identifier: Apache-2.0
// The effective configuration of one start: built-in values, the file, PERFOPT_* variables, flags (model/config.hpp).
//
// PERFOPT_CONFIG and PERFOPT_ENV stand for --config and --env where these are not given.
#pragma once

#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "perfopt/cli/options.hpp"
#include "perfopt/model/config.hpp"

namespace perfopt::cli {

// Flags of the settings table, and --set NAME=VALUE for any setting.
class SettingFlags {
 public:
  // Keeps references to itself in `app`: must outlive it, and stay where it is. `aliases`: by setting, another name
  // of its flag.
  void add_to(CLI::App& app, const std::string& group, const std::map<std::string, std::string>& aliases = {});
  SettingFlags() = default;
  SettingFlags(const SettingFlags&) = delete;
  SettingFlags& operator=(const SettingFlags&) = delete;

  // Overrides by the flags that were given. Throws BadInput.
  void apply(model::EffectiveConfig& config) const;

 private:
  std::map<std::string, std::string> texts_;  // by setting
  std::map<std::string, const CLI::Option*> options_;
  std::vector<std::string> assignments_;
};

// `variables`: an environment as main() gets it, ended by null. Throws BadInput, SystemError for an unreadable file.
[[nodiscard]] model::EffectiveConfig resolve_config(const CommonOptions& common, const SettingFlags& flags,
                                                    const char* const* variables);

// --print-config: every value with its source.
[[nodiscard]] std::string config_text(const model::EffectiveConfig& config, Format format);

// Section "ENVIRONMENT" of help and man page.
[[nodiscard]] std::string environment_section();

}  // namespace perfopt::cli
