// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <sstream>

#include "perfopt/cli/generate.hpp"

namespace perfopt::cli {
namespace {

constexpr std::size_t kColumn = 30;  // where the explanation of an option begins

// `text` in lines of at most `width` characters, the first after `lead`, all indented by `indent`.
std::string wrapped(std::string lead, const std::string& text, std::size_t indent, std::size_t width) {
  std::string out;
  std::string line = std::move(lead);
  if (line.size() + 1 > indent && indent > 0) {
    out = line + "\n";
    line.clear();
  }
  line.resize(indent, ' ');
  std::istringstream words(text);
  bool fresh = true;
  for (std::string word; words >> word; fresh = false) {
    if (!fresh && line.size() + 1 + word.size() > width) {
      out += line + "\n";
      line.assign(indent, ' ');
      fresh = true;
    }
    line += (fresh ? "" : " ") + word;
  }
  return out + line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

std::vector<std::string> groups_of(const Definition& definition) {
  std::vector<std::string> groups;
  for (const OptionDefinition& option : definition.options) {
    if (std::find(groups.begin(), groups.end(), option.group) == groups.end()) groups.push_back(option.group);
  }
  return groups;
}

std::string usage_line(const Definition& definition) {
  std::string line = "Usage: " + definition.path + " [OPTIONS]";
  for (const OptionDefinition& option : definition.options) {
    if (option.positional()) line += " " + option.value;
  }
  return line + (definition.subcommands.empty() ? "\n" : " [SUBCOMMAND]\n");
}

}  // namespace

std::string help_text(const Definition& definition, unsigned width) {
  std::string text = wrapped("", definition.doc, 0, width) + "\n" + usage_line(definition);
  for (const std::string& group : groups_of(definition)) {
    text += "\n" + group + ":\n";
    for (const OptionDefinition& option : definition.options) {
      if (option.group == group) text += wrapped("  " + option.synopsis(), option.doc, kColumn, width);
    }
  }
  if (!definition.subcommands.empty()) text += "\nSubcommands:\n";
  for (const Definition& child : definition.subcommands) text += wrapped("  " + child.name, child.doc, kColumn, width);
  for (const Section& section : definition.sections) {
    std::string title = section.title;
    std::transform(title.begin() + 1, title.end(), title.begin() + 1,
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    text += "\n" + title + ":\n" + section.text;
  }
  return text;
}

}  // namespace perfopt::cli
