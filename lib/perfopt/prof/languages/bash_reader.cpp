// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/bash_reader.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "perfopt/prof/languages/bash_stack.hpp"
#include "perfopt/prof/languages/code_ranges.hpp"
#include "perfopt/prof/languages/interpreter_image.hpp"
#include "perfopt/prof/languages/interpreter_symbols.hpp"

namespace perfopt::prof {
namespace {

constexpr std::string_view kVersion = "5.2";
constexpr std::size_t kVersionLength = 16;  // read of dist_version

// Beginnings of the names of what runs commands, reads them and finds functions for them.
constexpr auto kPlumbing = std::to_array<std::string_view>({
    "_start",
    "dispose_",
    "eval_builtin",
    "evalstring",
    "execute_",
    "main",
    "parse_and_execute",
    "parse_command",
    "read_command",
    "reader_loop",
    "run_",
    "source_builtin",
    "source_file",
    "unwind_frame",
    "run_unwind",
});

class BashReader final : public LanguageReader {
 public:
  BashReader(pid_t pid, const BashStack::Place& place, InterpreterImage image, CodeRanges executing, CodeRanges telling,
             NameTable& names)
      : pid_(pid),
        image_(std::move(image)),
        executing_(std::move(executing)),
        telling_(std::move(telling)),
        memory_(pid),
        stack_(place, memory_, names) {}

  [[nodiscard]] std::string name() const override { return "bash " + std::string(kVersion); }
  [[nodiscard]] ReadEnd read(pid_t tid, std::vector<ScriptFrame>& frames) override {
    return tid == pid_ ? stack_.read(frames) : ReadEnd::none;
  }
  [[nodiscard]] bool evaluates(const NativeFrame& frame) const override {
    return image_.holds(frame) && executing_.contains(frame.key.value);
  }
  [[nodiscard]] bool plumbing(const NativeFrame& frame) const override {
    return image_.holds(frame) && !telling_.contains(frame.key.value);
  }
  [[nodiscard]] bool c_library(const NativeFrame& frame) const override { return image_.c_library(frame); }

 private:
  pid_t pid_;
  InterpreterImage image_;
  CodeRanges executing_;
  CodeRanges telling_;
  ProcessBlocks memory_;
  BashStack stack_;
};

bool is_no_kin(const ModuleId& module) {
  static_cast<void>(module);
  return false;  // bash starts itself
}

}  // namespace

bool may_be_bash(const ModuleId& module) {
  return file_name(module) == "bash";
}

OpenedReader open_bash(pid_t pid, const AddressSpace& space, const Modules& modules, std::uint32_t module,
                       NameTable& names) {
  const auto symbols = interpreter_symbols(module_file(pid, modules, module));
  const auto bias = load_bias(space, modules, module);
  const auto* line_number = find_symbol(symbols, "line_number");
  const auto* global_variables = find_symbol(symbols, "global_variables");
  const auto* dollar_vars = find_symbol(symbols, "dollar_vars");
  const auto* version_place = find_symbol(symbols, "dist_version");
  if (!bias || line_number == nullptr || global_variables == nullptr || dollar_vars == nullptr ||
      version_place == nullptr) {
    return {nullptr, "bash without the symbols line_number, global_variables, dollar_vars and dist_version"};
  }
  const ProcessBlocks memory(pid);
  const auto text = memory.value<std::uint64_t>(*bias + version_place->address);
  const auto version = text ? memory.value<std::array<char, kVersionLength>>(*text) : std::nullopt;
  if (!version) return {nullptr, "bash: its memory may not be read"};
  const std::string_view told(version->data(), ::strnlen(version->data(), version->size()));
  if (told != kVersion) return {nullptr, "bash " + std::string(told) + ": functions are read of 5.2"};
  CodeRanges executing;
  CodeRanges telling;
  for (const InterpreterSymbol& symbol : symbols) {
    const std::string_view name = symbol.name;
    const bool plumbing =
        std::ranges::any_of(kPlumbing, [&](std::string_view start) { return name.starts_with(start); });
    (plumbing ? executing : telling).add(symbol.address, symbol.size);
  }
  executing.seal();
  telling.seal();
  const BashStack::Place place{*bias + line_number->address, *bias + global_variables->address,
                               *bias + dollar_vars->address};
  return {std::make_unique<BashReader>(pid, place, InterpreterImage(modules, module, is_no_kin), std::move(executing),
                                       std::move(telling), names),
          ""};
}

}  // namespace perfopt::prof
