// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/calls.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/v8_coverage.hpp"
#include "perfopt/prof/launch/program.hpp"
#include "perfopt/prof/record/call_counts.hpp"
#include "perfopt/prof/record/call_tracers.hpp"
#include "perfopt/prof/record/recording_clock.hpp"

namespace perfopt::prof {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMeasure = "calls";
// After an interruption: what the program gets to write its counts.
constexpr std::chrono::seconds kGrace{2};

// Interpreters that count for themselves; shells other than bash count nothing, but start what does.
bool counts_itself(const std::vector<std::string>& words) {
  if (words.empty()) return true;
  constexpr std::array<std::string_view, 7> kStarts{"python", "pypy", "node", "bash", "sh", "dash", "env"};
  const auto is_interpreter = [&](const std::string& file) {
    const std::string name = fs::path(file).filename();
    return std::ranges::any_of(kStarts, [&](std::string_view start) { return name.starts_with(start); });
  };
  const Program program = find_executable(words);
  const auto shebang = shebang_of(program.file);
  return is_interpreter(program.file) || (shebang && is_interpreter(interpreter_of(*shebang)));
}

// "python-123-0" is of process 123.
pid_t process_of(std::string_view name) {
  const std::size_t dash = name.find_first_of("-.");
  pid_t pid = 0;
  if (dash == std::string_view::npos) return 0;
  std::from_chars(name.data() + dash + 1, name.data() + name.size(), pid);
  return pid;
}

std::vector<fs::path> files_of(const fs::path& directory) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

constexpr std::string_view kPrefix = "perfopt-calls";

class Calls final : public Backend {
 public:
  Calls(const RecordOptions& options, Recording& recording)
      : recording_(recording), clock_(options), directory_(kPrefix) {
    remove_stale(kPrefix);
    recording.measures = {{.name = std::string(kMeasure), .unit = "count"}};
    recording.primary = kMeasure;
  }

  void prepare(TargetCommand& command) override {
    command_ = command.told;
    install_call_tracers(directory_.path(), command);
    if (counts_itself(command.words)) return;
    const fs::path valgrind = find_program("valgrind");
    if (valgrind.empty()) {
      throw Unavailable(
          "--mode calls counts native code by callgrind, and valgrind is not installed: apt-get install "
          "valgrind");
    }
    const std::vector<std::string> before{valgrind.string(), "--tool=callgrind", "--quiet", "--trace-children=yes",
                                          "--callgrind-out-file=" + (directory_.path() / "callgrind.%p").string()};
    command.words.insert(command.words.begin(), before.begin(), before.end());
  }

  void attach(Target& target, Tracker& tracker) override {
    if (!target.started_by_us()) {
      throw Unavailable("--mode calls counts from the start of a program: give it the command instead of --pid");
    }
    // Nothing tells of its exec: what /proc says now is still our own command.
    recording_.processes[tracker.process_index(target.pid())].command = command_;
  }

  void record(Target& target, Tracker& tracker, const Cancellation& cancellation) override {
    constexpr std::chrono::milliseconds kPause{5};
    clock_.start();
    target.go();
    std::optional<std::chrono::steady_clock::time_point> end;
    while (!target.ended()) {
      const auto now = std::chrono::steady_clock::now();
      if (!end && (clock_.over() || cancellation.requested())) end = now + kGrace;
      if (end && now >= *end) break;
      std::this_thread::sleep_for(kPause);
    }
    collect(tracker);
    add_doubts();
  }

 private:
  void collect(Tracker& tracker) {
    for (const fs::path& file : files_of(directory_.path())) {
      const std::string name = file.filename();
      const CallSink sink = sink_of(tracker, process_of(name), name.substr(0, name.find_first_of("-.")));
      std::ifstream text(file);
      if (name.starts_with("python-")) passed_over_ += read_call_tree(text, model::Language::python, sink);
      if (name.starts_with("bash-")) passed_over_ += read_shell_trace(text, sink);
      if (name.starts_with("callgrind.")) unless_damaged([&] { add_callgrind(file, sink); });
    }
    for (const fs::path& file : files_of(directory_.path() / "node")) {
      unless_damaged([&] { add_node(file, tracker); });
    }
  }

  // A program that is killed while it writes leaves half a file: the counts of the others are still good.
  template <typename Read>
  void unless_damaged(const Read& read) {
    try {
      read();
    } catch (const Error&) {
      ++passed_over_;
    }
  }

  CallSink sink_of(Tracker& tracker, pid_t pid, const std::string& program) {
    if (pid == 0) return [](std::span<const ScriptName>, std::uint64_t) {};
    tracker.renamed(pid, pid, program);
    ++processes_;
    return [this, &tracker, pid](std::span<const ScriptName> stack, std::uint64_t calls) {
      std::uint32_t node = StackTree::kRoot;
      for (const ScriptName& name : stack) {
        const FrameKey key{FrameKind::script, recording_.names.index(name), name.first_line};
        node = recording_.stacks.child(node, key);
      }
      Moment moment;
      moment.pid = pid;
      moment.tid = pid;
      moment.values[0] = calls;
      tracker.add_at(moment, node);
    };
  }

  // "coverage-PID-TIME-NUMBER.json"
  void add_node(const fs::path& file, Tracker& tracker) {
    const auto functions = model::read_v8_coverage(read_file(file), file.string());
    const CallSink sink = sink_of(tracker, process_of(file.filename().string()), "node");
    std::map<std::string, std::string> sources;
    for (const model::FunctionCalls& function : functions) {
      constexpr std::string_view kScheme = "file://";
      ScriptName name{function.function.empty() ? "(anonymous)" : function.function, function.url, 0,
                      model::Language::javascript};
      if (name.file.starts_with(kScheme)) {
        name.file.erase(0, kScheme.size());
        const auto [source, fresh] = sources.try_emplace(name.file);
        std::error_code error;
        if (fresh && fs::is_regular_file(name.file, error)) source->second = read_file(name.file);
        if (!source->second.empty()) name.first_line = model::line_at_utf16(source->second, function.offset);
      }
      sink(std::span(&name, 1), function.calls);
    }
  }

  void add_callgrind(const fs::path& file, const CallSink& sink) {
    const model::Profile profile = model::read_profile(read_file(file), file.string());
    const auto measure = model::find_measure(profile, kMeasure);
    if (!measure) return;
    for (std::size_t row = 0; row < profile.samples.size(); ++row) {
      const std::uint64_t calls = profile.samples.values[*measure][row];
      if (calls == 0) continue;
      std::vector<ScriptName> stack;
      for (std::uint32_t at = profile.samples.stack[row]; at != model::StackNode::kRoot;
           at = profile.stacks[at].parent) {
        const model::Frame& frame = profile.frames[profile.stacks[at].frame];
        stack.push_back({frame.function, frame.file, frame.first_line, model::Language::native});
      }
      std::ranges::reverse(stack);
      sink(stack, calls);
    }
  }

  void add_doubts() {
    recording_.doubts.push_back({"calls",
                                 "counts are exact, times under this mode are not: tracing costs most where calls are "
                                 "short and many, so it is biased against them",
                                 "perfprof --mode cpu tells where the time goes"});
    if (processes_ == 0) {
      recording_.doubts.push_back(
          {"calls",
           "nothing was counted: the program was killed, ended by _exit(2), or runs Python with "
           "-I, -E or -S or another interpreter than Python, node and bash",
           "let it end by itself"});
    }
    if (passed_over_ > 0) {
      recording_.doubts.push_back(
          {"calls", std::to_string(passed_over_) + " counts were cut off or damaged, and are left out", ""});
    }
  }

  Recording& recording_;
  std::string command_;
  RecordingClock clock_;
  TempDir directory_;
  std::size_t passed_over_ = 0;
  std::size_t processes_ = 0;
};

}  // namespace

BackendKind calls_kind() {
  return {.name = "calls",
          .does = "exact counts of calls by Python's, node's and bash's own means; native code by callgrind",
          .records = [](Mode mode) { return mode == Mode::calls; },
          .missing = [](const RecordOptions&) { return std::string(); },
          .make = [](const RecordOptions& options, Recording& recording) -> std::unique_ptr<Backend> {
            return std::make_unique<Calls>(options, recording);
          }};
}

}  // namespace perfopt::prof
