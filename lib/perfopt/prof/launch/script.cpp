// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/launch/script.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/shell_word.hpp"
#include "perfopt/prof/launch/program.hpp"

namespace perfopt::prof {
namespace {

namespace fs = std::filesystem;

struct Suffix {
  std::string_view suffix;
  std::string_view interpreter;
};
constexpr std::array<Suffix, 7> kSuffixes{{{".py", "python3"},
                                           {".js", "node"},
                                           {".mjs", "node"},
                                           {".cjs", "node"},
                                           {".sh", "bash"},
                                           {".bash", "bash"},
                                           {".pyz", "python3"}}};

constexpr std::string_view kNodeOptions = "--perf-basic-prof --interpreted-frames-native-stack";

std::string_view by_suffix(const fs::path& file) {
  const std::string suffix = file.extension();
  const auto found = std::ranges::find(kSuffixes, std::string_view(suffix), &Suffix::suffix);
  return found == kSuffixes.end() ? std::string_view() : found->interpreter;
}

// With a slash, so that it is not looked for in PATH.
std::string as_path(const fs::path& file) {
  return file.string().find('/') == std::string::npos ? "./" + file.string() : file.string();
}

std::vector<std::string> shebang_words(const fs::path& file, const Shebang& shebang) {
  const std::string wanted = interpreter_of(shebang);
  if (wanted.empty()) throw Unavailable(file.string() + ": its first line '#!' names no interpreter");
  const bool there =
      wanted.find('/') == std::string::npos ? !find_program(wanted).empty() : ::access(wanted.c_str(), X_OK) == 0;
  if (!there) {
    throw Unavailable(file.string() + ": its interpreter " + wanted +
                      " is missing; install it, or correct the first line of the file");
  }
  std::vector<std::string> words{shebang.interpreter};
  if (!shebang.argument.empty()) words.push_back(shebang.argument);
  return words;
}

// The words before the file; none for what is executed by itself.
std::vector<std::string> runner(const fs::path& file) {
  const auto shebang = shebang_of(file);
  if (shebang && ::access(file.c_str(), X_OK) == 0) return {};
  if (const std::string_view interpreter = by_suffix(file); !interpreter.empty()) {
    if (!find_program(interpreter).empty()) return {std::string(interpreter)};
    throw Unavailable(file.string() + ": its interpreter " + std::string(interpreter) +
                      " is not in PATH; install it, or name the command after --");
  }
  if (shebang) return shebang_words(file, *shebang);
  if (::access(file.c_str(), X_OK) == 0) return {};
  throw BadInput(file.string() +
                 ": neither its suffix nor its first line (#!) says what runs it, and it is not executable; name the "
                 "command after --");
}

}  // namespace

TargetCommand script_command(const fs::path& file, const std::vector<std::string>& args) {
  std::error_code ignored;
  const fs::file_status status = fs::status(file, ignored);
  if (!fs::exists(status)) throw BadInput(file.string() + ": no such file; check the name");
  if (fs::is_directory(status)) throw BadInput(file.string() + ": is a directory; name a script in it");
  TargetCommand command;
  command.words = runner(file);
  command.words.push_back(command.words.empty() ? as_path(file) : file.string());
  command.words.insert(command.words.end(), args.begin(), args.end());
  command.told = shell_words(command.words);
  return command;
}

TargetCommand module_command(const std::string& name, const std::vector<std::string>& args) {
  if (find_program("python3").empty()) {
    throw Unavailable("--module " + name + ": python3 is not in PATH; install it");
  }
  TargetCommand command;
  command.words = {"python3", "-m", name};
  command.words.insert(command.words.end(), args.begin(), args.end());
  command.told = shell_words(command.words);
  return command;
}

void prepare_runtimes(TargetCommand& command) {
  constexpr std::string_view kVariable = "NODE_OPTIONS=";
  const auto given =
      std::ranges::find_if(command.environment, [&](const std::string& one) { return one.starts_with(kVariable); });
  std::string options;
  if (given != command.environment.end()) {
    options = given->substr(kVariable.size());
    command.environment.erase(given);
  } else if (const char* inherited = std::getenv("NODE_OPTIONS"); inherited != nullptr) {
    options = inherited;
  }
  if (!options.empty()) options += ' ';
  command.environment.push_back(std::string(kVariable) + options + std::string(kNodeOptions));
}

}  // namespace perfopt::prof
