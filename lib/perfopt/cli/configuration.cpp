// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/configuration.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/nearest.hpp"

namespace perfopt::cli {
namespace {

std::string variable_value(const std::vector<std::string_view>& variables, std::string_view name) {
  for (const std::string_view variable : variables) {
    if (variable.starts_with(name) && variable.substr(name.size()).starts_with('=')) {
      return std::string(variable.substr(name.size() + 1));
    }
  }
  return "";
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size()), ' ');
  return text;
}

struct Row {
  std::string name, value, source, variable, flag;
};

std::vector<Row> rows_of(const model::EffectiveConfig& config) {
  std::vector<Row> rows;
  for (const model::Setting& setting : model::settings()) {
    rows.push_back({setting.name, setting.show(config.values), config.source(setting), setting.variable, setting.flag});
  }
  return rows;
}

std::string console_table(const std::vector<Row>& rows) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const Row& row : rows) {
    name_width = std::max(name_width, row.name.size());
    value_width = std::max(value_width, row.value.size());
  }
  std::string text;
  for (const Row& row : rows) {
    text += padded(row.name, name_width) + "  " + padded(row.value, value_width) + "  " + row.source + "\n";
  }
  return text;
}

std::string markdown_cell(const std::string& text) {
  std::string cell;
  for (const char c : text) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

std::string markdown_table(const std::vector<Row>& rows) {
  std::string text = "| setting | value | source |\n|---|---|---|\n";
  for (const Row& row : rows) {
    text += "| " + row.name + " | " + markdown_cell(row.value) + " | " + markdown_cell(row.source) + " |\n";
  }
  return text;
}

// RFC 4180.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string field = "\"";
  for (const char c : text) field += c == '"' ? std::string("\"\"") : std::string(1, c);
  return field + "\"";
}

std::string csv_table(const std::vector<Row>& rows) {
  std::string text = "setting,value,source,variable,flag\n";
  for (const Row& row : rows) {
    text += row.name + "," + csv_field(row.value) + "," + csv_field(row.source) + "," + row.variable + "," + row.flag +
            "\n";
  }
  return text;
}

}  // namespace

void SettingFlags::add_to(CLI::App& app, const std::string& group, const std::map<std::string, std::string>& aliases) {
  for (const model::Setting& setting : model::settings()) {
    if (setting.flag.empty()) continue;
    const std::string value = setting.kind == model::SettingKind::directory ? "DIR" : setting.value;
    const auto alias = aliases.find(setting.name);
    const std::string names = alias == aliases.end() ? setting.flag : setting.flag + "," + alias->second;
    options_[setting.name] = add_text_option(app, names, texts_[setting.name], value, setting.doc, group);
  }
  app.add_option("--set", assignments_, "any setting of the configuration by its name; may be repeated")
      ->type_name("NAME=VALUE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->group(group);
}

void SettingFlags::apply(model::EffectiveConfig& config) const {
  for (const std::string& assignment : assignments_) {
    const std::size_t equals = assignment.find('=');
    const std::string name = assignment.substr(0, equals);
    if (equals == std::string::npos) {
      throw BadInput("--set: '" + assignment + "' has no value; write NAME=VALUE, for instance seed=7");
    }
    const model::Setting* setting = model::find_setting(name);
    if (setting == nullptr) {
      std::vector<std::string_view> names;
      for (const model::Setting& known : model::settings()) names.push_back(known.name);
      throw BadInput("--set: unknown setting '" + name + "'" + did_you_mean(name, names) +
                     " (--print-config lists all)");
    }
    config.assign(*setting, assignment.substr(equals + 1), "--set " + name, "--set");
  }
  for (const auto& [name, option] : options_) {
    if (option->count() == 0) continue;
    const model::Setting& setting = *model::find_setting(name);
    config.assign(setting, texts_.at(name), setting.flag, setting.flag);
  }
}

model::EffectiveConfig resolve_config(const CommonOptions& common, const SettingFlags& flags,
                                      const char* const* variables) {
  std::vector<std::string_view> environment;
  for (; variables != nullptr && *variables != nullptr; ++variables) environment.emplace_back(*variables);
  const std::string path = common.config.empty() ? variable_value(environment, "PERFOPT_CONFIG") : common.config;
  const bool by_variable = common.environment.empty();
  const std::string section = by_variable ? variable_value(environment, "PERFOPT_ENV") : common.environment;
  if (!section.empty()) {
    require_choice(by_variable ? "PERFOPT_ENV" : "--env", section,
                   {model::kEnvironments.begin(), model::kEnvironments.end()});
  }
  // A file is to say itself what its sections mean; the shipped ones must not shine through.
  model::EffectiveConfig config = model::built_in_config(path.empty() ? section : "");
  config.environment = section;
  if (!path.empty()) model::apply_file(config, read_file(path), path, section);
  model::apply_variables(config, environment);
  flags.apply(config);
  return config;
}

std::string config_text(const model::EffectiveConfig& config, Format format) {
  switch (format) {
    case Format::json:
      return model::to_json_text(config);
    case Format::csv:
      return csv_table(rows_of(config));
    case Format::markdown:
      return markdown_table(rows_of(config));
    case Format::console:
      return console_table(rows_of(config));
  }
  return "";
}

std::string environment_section() {
  std::string text = "ENVIRONMENT\n  PERFOPT_CONFIG, PERFOPT_ENV  stand for --config and --env\n";
  std::string variables = "  Settings:";
  std::size_t width = variables.size();
  for (const model::Setting& setting : model::settings()) {
    if (width + setting.variable.size() > 76) {
      variables += "\n   ";
      width = 3;
    }
    variables += " " + setting.variable;
    width += setting.variable.size() + 1;
  }
  return text + variables + "\n  NO_COLOR  no colours\n";
}

}  // namespace perfopt::cli
