// SPDX-License-Identifier: Apache-2.0
// Sources: bash(1) "Programmable Completion"; zshcompsys(1) "_arguments"; fish complete(1).
#include "perfopt/cli/generate.hpp"

#include <array>

#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/build_facts.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"

namespace perfopt::cli {
namespace {

std::string join(const std::vector<std::string>& items, std::string_view between) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : std::string(between)) + item;
  return text;
}

std::string replaced(const std::string& text, std::string_view special, std::string_view quote) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += quote;
    out += c;
  }
  return out;
}

// Inside single quotes of a POSIX shell.
std::string shell_quoted(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out;
}

bool is_path(const OptionDefinition& option) {
  return option.value == "FILE" || option.value == "DIR";
}

// "perfbench compare" -> "_perfbench_compare".
std::string function_name(const Definition& definition) {
  std::string name = "_" + definition.path;
  for (char& c : name) {
    if (c == ' ' || c == '-') c = '_';
  }
  return name;
}

std::string bash_values(const Definition& definition) {
  std::string text;
  for (const OptionDefinition& option : definition.options) {
    if (option.positional() || option.value.empty() || option.value_optional) continue;
    std::vector<std::string> patterns;
    for (const std::string& name : option.names) patterns.push_back("'" + definition.path + "," + name + "'");
    text += "    " + join(patterns, "|") + ")\n";
    if (is_path(option)) {
      const char* kind = option.value == "DIR" ? "-d" : "-f";
      text +=
          std::string("      compopt -o filenames\n      mapfile -t COMPREPLY < <(compgen ") + kind + " -- \"$cur\")\n";
    } else if (!option.choices.empty()) {
      text += "      mapfile -t COMPREPLY < <(compgen -W '" + join(option.choices, " ") + "' -- \"$cur\")\n";
    }
    text += "      return ;;\n";
  }
  for (const Definition& child : definition.subcommands) text += bash_values(child);
  return text;
}

std::string bash_words(const Definition& definition) {
  std::vector<std::string> words;
  for (const OptionDefinition& option : definition.options)
    words.insert(words.end(), option.names.begin(), option.names.end());
  for (const Definition& child : definition.subcommands) words.push_back(child.name);
  std::string text = "    '" + definition.path + "') words='" + join(words, " ") + "' ;;\n";
  for (const Definition& child : definition.subcommands) text += bash_words(child);
  return text;
}

std::string bash_commands(const Definition& definition) {
  std::string text;
  for (const Definition& child : definition.subcommands) {
    text +=
        "      '" + definition.path + "," + child.name + "') command='" + child.path + "' ;;\n" + bash_commands(child);
  }
  return text;
}

std::string zsh_action(const OptionDefinition& option) {
  const std::string message = ":" + replaced(option.value, ":", "\\") + ":";
  if (option.value == "DIR") return message + "_files -/";
  if (option.value == "FILE") return message + "_files";
  return option.choices.empty() ? message + " " : message + "(" + join(option.choices, " ") + ")";
}

std::string zsh_option(const OptionDefinition& option) {
  const std::string doc = "[" + replaced(option.doc, "[]:\\", "\\") + "]";
  if (option.positional()) return "    '" + shell_quoted("*" + zsh_action(option)) + "' \\\n";
  const std::string exclusive = option.names.size() > 1 ? "(" + join(option.names, " ") + ")" : "";
  std::string text;
  for (const std::string& name : option.names) {
    std::string spec = exclusive + name;
    if (!option.value.empty()) spec += option.value_optional ? "=-" : name.starts_with("--") ? "=" : "+";
    spec += doc;
    if (!option.value.empty()) spec += (option.value_optional ? ":" : "") + zsh_action(option);
    text += "    '" + shell_quoted(spec) + "' \\\n";
  }
  return text;
}

std::string zsh_function(const Definition& definition) {
  std::string text;
  for (const Definition& child : definition.subcommands) text += zsh_function(child);
  text += function_name(definition) + "() {\n  local curcontext=\"$curcontext\" state line\n  _arguments -C \\\n";
  for (const OptionDefinition& option : definition.options) text += zsh_option(option);
  if (definition.subcommands.empty()) return text + "    && return 0\n}\n\n";
  text +=
      "    '1: :->command' '*:: :->arguments' && return 0\n  case $state in\n    command)\n      local -a commands=(\n";
  for (const Definition& child : definition.subcommands) {
    text += "        '" + shell_quoted(child.name + ":" + replaced(child.doc, ":", "\\")) + "'\n";
  }
  text += "      )\n      _describe subcommand commands ;;\n    arguments)\n      case $line[1] in\n";
  for (const Definition& child : definition.subcommands)
    text += "        " + child.name + ") " + function_name(child) + " ;;\n";
  return text + "      esac ;;\n  esac\n}\n\n";
}

std::string fish_quoted(const std::string& text) {
  return "'" + replaced(text, "\\'", "\\") + "'";
}

std::string fish_lines(const Definition& definition, const std::string& program, const std::string& condition) {
  std::string text;
  const std::string begin = "complete -c " + program + (condition.empty() ? "" : " -n " + fish_quoted(condition));
  for (const OptionDefinition& option : definition.options) {
    if (option.positional()) {
      if (is_path(option)) text += begin + " -F\n";
      continue;
    }
    std::string line = begin;
    for (const std::string& name : option.names) {
      line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (is_path(option)) {
      line += option.value_optional ? " -F" : " -r -F";
    } else if (!option.value.empty()) {
      line += " -x" + (option.choices.empty() ? "" : " -a " + fish_quoted(join(option.choices, " ")));
    }
    text += line + " -d " + fish_quoted(option.doc) + "\n";
  }
  for (const Definition& child : definition.subcommands) {
    text += "complete -c " + program + " -n __fish_use_subcommand -a " + child.name + " -d " + fish_quoted(child.doc) +
            "\n";
    text += fish_lines(child, program, "__fish_seen_subcommand_from " + child.name);
  }
  return text;
}

}  // namespace

std::string bash_completion(const Definition& definition) {
  const std::string function = function_name(definition);
  const std::string commands = bash_commands(definition);
  std::string text =
      "# bash completion for " + definition.name + "; generated by " + definition.name + " --generate bash\n";
  text += function + "() {\n  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n";
  text += "  local command='" + definition.path + "' words=''\n  COMPREPLY=()\n";
  // "=" is a word of its own to readline.
  text += "  if [[ $cur == = ]]; then cur=''; elif [[ $prev == = ]]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi\n";
  if (!commands.empty()) {
    text += "  local word\n  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n    case \"$command,$word\" in\n" +
            commands + "    esac\n  done\n";
  }
  text += "  case \"$command,$prev\" in\n" + bash_values(definition) + "  esac\n";
  text += "  case $command in\n" + bash_words(definition) + "  esac\n";
  text += "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n}\n";
  return text + "complete -F " + function + " " + definition.name + "\n";
}

std::string zsh_completion(const Definition& definition) {
  const std::string function = function_name(definition);
  return "#compdef " + definition.name + "\n# generated by " + definition.name + " --generate zsh\n\n" +
         zsh_function(definition) + "if [[ $funcstack[1] == " + function + " ]]; then\n  " + function +
         " \"$@\"\nelse\n  compdef " + function + " " + definition.name + "\nfi\n";
}

std::string fish_completion(const Definition& definition) {
  return "# fish completion for " + definition.name + "; generated by " + definition.name + " --generate fish\n" +
         "complete -c " + definition.name + " -f\n" +
         fish_lines(definition, definition.name, definition.subcommands.empty() ? "" : "__fish_use_subcommand");
}

std::string generate(const Definition& definition, std::string_view kind) {
  constexpr std::array<std::string_view, 4> kKinds{"man", "bash", "zsh", "fish"};
  if (kind == "man") return man_page(definition, build_facts().version);
  if (kind == "bash") return bash_completion(definition);
  if (kind == "zsh") return zsh_completion(definition);
  if (kind == "fish") return fish_completion(definition);
  throw BadInput("--generate: '" + std::string(kind) + "' is none of man, bash, zsh, fish" +
                 did_you_mean(kind, kKinds));
}

}  // namespace perfopt::cli
