// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/languages/python_reader.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "perfopt/prof/languages/code_ranges.hpp"
#include "perfopt/prof/languages/interpreter_image.hpp"
#include "perfopt/prof/languages/interpreter_symbols.hpp"
#include "perfopt/prof/languages/python_code.hpp"
#include "perfopt/prof/languages/python_stack.hpp"

namespace perfopt::prof {
namespace {

constexpr std::string_view kLoop = "_PyEval_EvalFrameDefault";

// Beginnings of the names of functions that carry a call from one Python function to another, and of those that lead
// to the first.
constexpr auto kPlumbing = std::to_array<std::string_view>({
    "PyCFunction_Call",
    "PyEval_",
    "PyFunction_",
    "PyImport_ImportModule",
    "PyIter_Send",
    "PyObject_Call",
    "PyObject_Vectorcall",
    "PyRun_",
    "PyVectorcall_Call",
    "Py_BytesMain",
    "Py_Main",
    "Py_RunMain",
    "_PyCFunction",
    "_PyEval_",
    "_PyFunction_",
    "_PyGen_",
    "_PyObject_Call",
    "_PyObject_FastCall",
    "_PyObject_MakeTpCall",
    "_PyObject_Vectorcall",
    "_PyRun_",
    "_PyStack_",
    "_PyVectorcall",
    "_Py_CheckFunctionResult",
    "_start",
    "async_gen_",
    "call_method",
    "cfunction_",
    "gen_",
    "lookup_maybe_method",
    "main",
    "method_vectorcall",
    "object_vacall",
    "partial_call",
    "property_descr_",
    "pymain_",
    "pyrun_",
    "pythread_wrapper",
    "run_eval_code_obj",
    "run_mod",
    "slot_am_",
    "slot_mp_",
    "slot_nb_",
    "slot_sq_",
    "slot_tp_",
    "thread_run",
    "trampoline_",
    "type_call",
    "vectorcall_",
    "wrap_",
    "wrapper_call",
    "wrapperdescr_",
});

static_assert(std::ranges::is_sorted(kPlumbing));  // and none begins with another

bool is_plumbing(std::string_view name) {
  const auto after = std::ranges::upper_bound(kPlumbing, name);
  return after != kPlumbing.begin() && name.starts_with(*std::prev(after));
}

struct PythonCodeRanges {
  CodeRanges loop;
  CodeRanges telling;  // functions that are shown: named ones which are no plumbing
};

PythonCodeRanges code_ranges(std::span<const InterpreterSymbol> symbols) {
  PythonCodeRanges ranges;
  for (const InterpreterSymbol& symbol : symbols) {
    const std::string_view name = symbol.name;
    // Compilers put the parts that seldom run elsewhere: "_PyEval_EvalFrameDefault.cold".
    if (name == kLoop || (name.starts_with(kLoop) && name[kLoop.size()] == '.')) {
      ranges.loop.add(symbol.address, symbol.size);
    } else if (!is_plumbing(name)) {
      ranges.telling.add(symbol.address, symbol.size);
    }
  }
  constexpr std::uint64_t kPadding = 15;  // no function fits between two that are aligned to 16 bytes
  ranges.loop.seal();
  ranges.telling.seal(kPadding);
  return ranges;
}

class PythonReader final : public LanguageReader {
 public:
  struct Place {
    std::uint64_t runtime;
    std::uint64_t code_type;
  };

  PythonReader(pid_t pid, const PythonLayout& layout, const Place& place, InterpreterImage image,
               PythonCodeRanges ranges, NameTable& names)
      : layout_(layout),
        image_(std::move(image)),
        ranges_(std::move(ranges)),
        memory_(pid),
        codes_(layout_, place.code_type, memory_, names),
        stacks_(layout_, place.runtime, memory_, codes_) {}

  [[nodiscard]] std::string name() const override {
    return "python " + std::to_string(layout_.version.major) + "." + std::to_string(layout_.version.minor);
  }
  [[nodiscard]] ReadEnd read(pid_t tid, std::vector<ScriptFrame>& frames) override { return stacks_.read(tid, frames); }
  [[nodiscard]] bool evaluates(const NativeFrame& frame) const override {
    return image_.holds(frame) && ranges_.loop.contains(frame.key.value);
  }
  [[nodiscard]] bool plumbing(const NativeFrame& frame) const override {
    return image_.starts(frame) || (image_.holds(frame) && !ranges_.telling.contains(frame.key.value));
  }
  [[nodiscard]] bool c_library(const NativeFrame& frame) const override { return image_.c_library(frame); }

 private:
  PythonLayout layout_;
  InterpreterImage image_;
  PythonCodeRanges ranges_;
  ProcessBlocks memory_;
  PythonCodes codes_;
  PythonStacks stacks_;
};

}  // namespace

bool may_be_python(const ModuleId& module) {
  const std::string_view name = file_name(module);
  return name.starts_with("python") || name.starts_with("libpython");
}

OpenedReader open_python(pid_t pid, const AddressSpace& space, const Modules& modules, std::uint32_t module,
                         NameTable& names) {
  const auto symbols = interpreter_symbols(module_file(pid, modules, module));
  const InterpreterSymbol* runtime = find_symbol(symbols, "_PyRuntime");
  const auto bias = load_bias(space, modules, module);
  if (runtime == nullptr || !bias) return {};  // the small program that only starts libpython
  const InterpreterSymbol* version_place = find_symbol(symbols, "Py_Version");
  const InterpreterSymbol* code_type = find_symbol(symbols, "PyCode_Type");
  if (version_place == nullptr || code_type == nullptr) {
    return {nullptr, "Python before 3.11: frames are read of 3.11, 3.12 and 3.13"};
  }
  const ProcessBlocks memory(pid);
  const auto version = memory.value<std::uint64_t>(*bias + version_place->address);
  if (!version) return {nullptr, "Python: its memory may not be read"};
  const FoundLayout found = python_layout(*version, memory, *bias + runtime->address);
  if (!found.layout) return {nullptr, found.why_not};
  const PythonReader::Place place{*bias + runtime->address, *bias + code_type->address};
  return {std::make_unique<PythonReader>(pid, *found.layout, place, InterpreterImage(modules, module, may_be_python),
                                         code_ranges(symbols), names),
          ""};
}

}  // namespace perfopt::prof
