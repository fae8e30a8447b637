// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/options.hpp"

#include <algorithm>

#include "perfopt/core/error.hpp"
#include "perfopt/core/nearest.hpp"

namespace perfopt::cli {

CLI::Option* add_text_option(CLI::App& app, const std::string& names, std::string& into, const std::string& value,
                             const std::string& doc, const std::string& group) {
  return app.add_option(names, into, doc)
      ->type_name(value)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->group(group);
}

CLI::Option* add_flag(CLI::App& app, const std::string& names, bool& into, const std::string& doc,
                      const std::string& group) {
  return app.add_flag(names, into, doc)
      ->disable_flag_override()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
      ->group(group);
}

void add_common_options(CLI::App& app, CommonOptions& options) {
  const auto text = [&](const char* names, std::string& into, const char* value, const char* doc) {
    add_text_option(app, names, into, value, doc, kSharedGroup);
  };
  const auto flag = [&](const char* names, bool& into, const char* doc) {
    add_flag(app, names, into, doc, kSharedGroup);
  };
  text("-o,--output", options.output, "FILE", "write the document to FILE; - for standard output");
  text("--format", options.format, options.formats, options.format_doc);
  if (options.has_settings) {
    text("--config", options.config, "FILE", "configuration file that overrides the built-in values");
    text("--env", options.environment, "development|testing|production",
         "section of the configuration that overrides the rest of it");
    flag("--print-config", options.print_config, "show every setting with its source, and run nothing");
  }
  flag("--dry-run", options.dry_run, "show what would run, and run nothing");
  flag("-q,--quiet", options.quiet, "neither progress nor notes; errors are still told");
  flag("-v,--verbose", options.verbose, "all figures, not the most important ones alone");
  text("--color", options.color, "auto|always|never", "colours; auto: on a terminal, unless NO_COLOR is set");
  text("--generate", options.generate, "man|bash|zsh|fish", "print the man page or the completions of a shell");
  // A subcommand may mean another version by it.
  if (app.get_option_no_throw("--version") == nullptr) {
    app.set_version_flag(
           "--version", [] { return std::string(); }, "print the version and how this program was built")
        ->group(kSharedGroup);
  }
  app.set_help_flag("-h,--help", "print this help")->group(kSharedGroup);
}

void require_choice(const std::string& flag, const std::string& text, const std::vector<std::string_view>& choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) return;
  std::string known;
  for (const std::string_view choice : choices) known += (known.empty() ? "" : ", ") + std::string(choice);
  throw BadInput(flag + ": '" + text + "' is none of " + known + did_you_mean(text, choices));
}

bool to_file(const std::string& output) {
  return !output.empty() && output != "-";
}

Format parse_format(const std::string& text) {
  if (text.empty()) return Format::console;
  const std::vector<std::string_view> formats{"console", "json", "csv", "markdown"};
  require_choice("--format", text, formats);
  return static_cast<Format>(std::find(formats.begin(), formats.end(), text) - formats.begin());
}

}  // namespace perfopt::cli
