// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/definition.hpp"

#include <algorithm>
#include <sstream>

namespace perfopt::cli {
namespace {

std::vector<std::string> split_choices(const std::string& value) {
  std::vector<std::string> choices;
  if (value.find('|') == std::string::npos) return choices;
  std::istringstream text(value);
  for (std::string choice; std::getline(text, choice, '|');) choices.push_back(choice);
  return choices;
}

OptionDefinition define_option(const CLI::Option& option) {
  OptionDefinition definition;
  for (const std::string& name : option.get_snames()) definition.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) definition.names.push_back("--" + name);
  if (option.get_items_expected_max() > 0) definition.value = option.get_type_name();
  definition.value_optional = !definition.value.empty() && option.get_items_expected_min() == 0;
  definition.choices = split_choices(definition.value);
  definition.doc = option.get_description();
  definition.group = option.get_group();
  return definition;
}

bool is_title(const std::string& line) {
  return !line.empty() && line.front() != ' ' &&
         std::none_of(line.begin(), line.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::vector<Section> split_sections(const std::string& footer) {
  std::vector<Section> sections;
  std::istringstream text(footer);
  for (std::string line; std::getline(text, line);) {
    if (is_title(line)) {
      sections.push_back({line, ""});
    } else if (!line.empty() && !sections.empty()) {
      sections.back().text += line + "\n";
    }
  }
  return sections;
}

}  // namespace

std::string OptionDefinition::synopsis() const {
  if (positional()) return value;
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  if (value.empty()) return text;
  return value_optional ? text + "[=" + value + "]" : text + " " + value;
}

Definition define(const CLI::App& app, const std::string& path) {
  Definition definition;
  definition.name = app.get_name();
  definition.path = path.empty() ? app.get_name() : path + " " + app.get_name();
  definition.doc = app.get_description();
  definition.sections = split_sections(app.get_footer());
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_group().empty()) definition.options.push_back(define_option(*option));
  }
  for (const CLI::App* child : app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); })) {
    definition.subcommands.push_back(define(*child, definition.path));
  }
  return definition;
}

}  // namespace perfopt::cli
