// SPDX-License-Identifier: Apache-2.0
// Source: man(7), man-pages(7).
#include "perfopt/cli/generate.hpp"

namespace perfopt::cli {
namespace {

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

// Backslashes and hyphens keep their meaning when copied; a line must not begin as a request.
std::string escaped(const std::string& text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string option_entry(const OptionDefinition& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + ("\\fB" + escaped(name) + "\\fR");
  std::string value = option.value.empty() ? "" : "\\fI" + escaped(option.value) + "\\fR";
  if (option.value_optional) value = "[=" + value + "]";
  const std::string between = names.empty() || option.value.empty() || option.value_optional ? "" : " ";
  return ".TP\n" + names + between + value + "\n" + escaped(option.doc) + "\n";
}

std::string options_by_group(const Definition& definition) {
  std::string text;
  std::string group;
  for (const OptionDefinition& option : definition.options) {
    if (option.group != group) text += ".SS " + escaped(option.group) + "\n";
    group = option.group;
    text += option_entry(option);
  }
  return text;
}

std::string subcommand_entries(const Definition& definition) {
  std::string text;
  for (const Definition& child : definition.subcommands) {
    text += ".SS " + escaped(child.path) + "\n" + escaped(child.doc) + "\n";
    for (const OptionDefinition& option : child.options) text += option_entry(option);
    text += subcommand_entries(child);
  }
  return text;
}

}  // namespace

std::string man_page(const Definition& definition, std::string_view version) {
  std::string text =
      ".TH " + upper(definition.name) + " 1 \"\" \"perfopt " + std::string(version) + "\" \"User Commands\"\n";
  text += ".SH NAME\n" + escaped(definition.name) + " \\- " + escaped(definition.doc) + "\n";
  text += ".SH SYNOPSIS\n.B " + escaped(definition.name) + "\n[\\fIOPTIONS\\fR]";
  text += definition.subcommands.empty() ? "\n" : " [\\fISUBCOMMAND\\fR]\n";
  text += ".SH OPTIONS\n" + options_by_group(definition);
  if (!definition.subcommands.empty()) text += ".SH SUBCOMMANDS\n" + subcommand_entries(definition);
  for (const Section& section : definition.sections) {
    text += ".SH " + section.title + "\n.nf\n" + escaped(section.text) + ".fi\n";
  }
  return text;
}

}  // namespace perfopt::cli
