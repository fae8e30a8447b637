// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/usage.hpp"

#include <vector>

#include "perfopt/cli/definition.hpp"
#include "perfopt/core/nearest.hpp"

namespace perfopt::cli {
namespace {

std::string_view nearest_of(const std::string& word, const std::vector<std::string>& names) {
  return nearest(word, std::vector<std::string_view>(names.begin(), names.end()));
}

// The nearest long flag, with its dashes; they do not count, or short names would all be near.
std::string nearest_flag(const std::string& word, const Definition& definition) {
  std::vector<std::string> flags;
  for (const OptionDefinition& option : definition.options) {
    for (const std::string& name : option.names) {
      if (name.starts_with("--")) flags.push_back(name.substr(2));
    }
  }
  const std::string bare = word.substr(std::min(word.find_first_not_of('-'), word.size()));
  const std::string_view near = nearest_of(bare, flags);
  return near.empty() ? "" : "--" + std::string(near);
}

std::string with_hint(const std::string& complaint, std::string_view near) {
  return near.empty() ? complaint : complaint + "; did you mean '" + std::string(near) + "'?";
}

std::string unknown_word(const CLI::App& app, const std::string& word) {
  const Definition definition = define(app);
  const std::string name = word.substr(0, word.find('='));
  if (word.starts_with("-")) return with_hint("unknown flag '" + name + "'", nearest_flag(name, definition));
  std::vector<std::string> subcommands;
  for (const Definition& child : definition.subcommands) subcommands.push_back(child.name);
  const std::string_view subcommand = nearest_of(word, subcommands);
  if (!subcommand.empty()) return with_hint("unknown subcommand '" + word + "'", subcommand);
  // The dashes may have been forgotten.
  return with_hint("unexpected argument '" + word + "'", nearest_flag(word, definition));
}

std::string first_extra(const CLI::App& app) {
  for (const std::string& word : app.remaining(false)) {
    if (word != "--") return unknown_word(app, word);
  }
  for (const CLI::App* child : app.get_subcommands()) {
    const std::string found = first_extra(*child);
    if (!found.empty()) return found;
  }
  return "";
}

std::string message_of(const CLI::App& app, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    const std::string extra = first_extra(app);
    if (!extra.empty()) return extra;
  }
  std::string what = error.what();
  if (what.ends_with("disallowed flag override")) return "--" + what.substr(0, what.find(' ')) + " takes no value";
  const std::string name = what.substr(0, what.find(':'));
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr && name.starts_with("-")) {
    const CLI::Option* option = selected(app).get_option_no_throw(name);
    if (option != nullptr) return name + " needs a value: " + option->get_type_name();
  }
  return what;
}

}  // namespace

const CLI::App& selected(const CLI::App& app) {
  const std::vector<CLI::App*> given = app.get_subcommands();
  return given.empty() ? app : selected(*given.front());
}

std::string usage_message(const CLI::App& app, const CLI::ParseError& error) {
  std::string path = app.get_name();
  for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path += " " + at->get_name();
  }
  return message_of(app, error) + " (" + path + " --help tells more)";
}

}  // namespace perfopt::cli
