// SPDX-License-Identifier: Apache-2.0
// The options that all programs share, and how any option is declared.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace perfopt::cli {

enum class Format : std::uint8_t { console, json, csv, markdown };

struct CommonOptions {
  std::string output;                                 // a path, "-" for standard output, "" when not given
  std::string format;                                 // as given; "" when not
  const char* formats = "console|json|csv|markdown";  // choices of --format, set before run_main by who has others
  const char* format_doc = "form of what is written (json for --output, else console)";
  bool has_settings = true;  // false leaves out --config, --env and --print-config
  std::string color = "auto";
  std::string config;       // path of the configuration file, "" for none
  std::string environment;  // section of it
  std::string generate;     // man, bash, zsh or fish
  bool quiet = false;
  bool verbose = false;
  bool dry_run = false;
  bool print_config = false;
};

inline constexpr const char* kSharedGroup = "Shared options";

void add_common_options(CLI::App& app, CommonOptions& options);

// An option with a value that is kept as text; the last of several wins. `value` is its placeholder or, with '|'
// in it, its choices (definition.hpp); they are not checked here.
CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::string& into, const std::string& value,
                             const std::string& doc, const std::string& group);
// "--flag=true" is refused.
CLI::Option* add_flag(CLI::App& app, const std::string& names, bool& into, const std::string& doc,
                      const std::string& group);

// `text` of an option whose choices are `choices`; throws BadInput with the nearest one.
void require_choice(const std::string& flag, const std::string& text, const std::vector<std::string_view>& choices);

// `output`, as --output has it, names a file: it is neither "" nor "-", standard output.
[[nodiscard]] bool to_file(const std::string& output);

// Format::console for "". Throws BadInput with the nearest one.
[[nodiscard]] Format parse_format(const std::string& text);

}  // namespace perfopt::cli
