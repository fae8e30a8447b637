// SPDX-License-Identifier: Apache-2.0
// A program's command line as data, read from its CLI::App: the one source of help, man page and completions.
//
// What CLI::App cannot say is said by convention: an option's type name is the placeholder of its value, and with
// '|' in it the list of its choices; FILE and DIR are completed as paths. A footer is made of sections, each a line in
// capitals followed by indented lines.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace perfopt::cli {

struct OptionDefinition {
  std::vector<std::string> names;  // "-o", "--output", short ones first; empty for a positional argument
  std::string value;               // "FILE", "console|json"; "" for a flag without a value
  bool value_optional = false;     // "--plot" and "--plot=FILE"
  std::vector<std::string> choices;
  std::string doc;
  std::string group;

  [[nodiscard]] bool positional() const { return names.empty(); }
  // "-o, --output FILE".
  [[nodiscard]] std::string synopsis() const;
};

struct Section {
  std::string title;  // "EXAMPLES"
  std::string text;   // lines, indented as written
};

struct Definition {
  std::string name;  // "compare"
  std::string path;  // "perfbench compare"
  std::string doc;
  std::vector<OptionDefinition> options;  // in the order of declaration; positional arguments among them
  std::vector<Definition> subcommands;
  std::vector<Section> sections;
};

// Options and subcommands whose group is "" are hidden. `path` is that of the parents, "" for the program itself.
[[nodiscard]] Definition define(const CLI::App& app, const std::string& path = "");

}  // namespace perfopt::cli
