// SPDX-License-Identifier: Apache-2.0
// A script that runs in a child process, with the reader of its frames; for tests.
//
// The script gets the path of a file as its last argument and writes it when it has come to where it stays.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/prof/languages/reader.hpp"

namespace perfopt::prof {

class LiveScript {
 public:
  LiveScript(const std::filesystem::path& interpreter, const std::string& suffix, const std::string& text)
      : directory_("perfopt-test"), script_(directory_.path() / ("script" + suffix)), child_(start(interpreter, text)) {
    const auto ready = directory_.path() / "ready";
    for (int i = 0; i < 1000 && !std::filesystem::exists(ready); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    REQUIRE(std::filesystem::exists(ready));
    REQUIRE(space.load(pid(), modules));
    opened = open_reader(pid(), space, modules, names);
  }

  [[nodiscard]] pid_t pid() const { return child_.pid(); }
  [[nodiscard]] const std::filesystem::path& script() const { return script_; }
  void kill() { child_.stop(SIGKILL); }

  // "function:line" of each frame, innermost first; repeated while torn.
  [[nodiscard]] std::vector<std::string> frames(pid_t tid) {
    std::vector<ScriptFrame> found;
    for (int i = 0; i < 100 && opened.reader->read(tid, found) == ReadEnd::torn; ++i) found.clear();
    std::vector<std::string> told;
    for (const ScriptFrame& frame : found) {
      told.push_back(names.at(frame.name).function + ":" + std::to_string(frame.line));
    }
    return told;
  }

  // The same once the innermost is that one: the file is there a moment before its script goes on.
  [[nodiscard]] std::vector<std::string> frames_at(pid_t tid, const std::string& innermost) {
    std::vector<std::string> told = frames(tid);
    for (int i = 0; i < 1000 && (told.empty() || told.front() != innermost); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      told = frames(tid);
    }
    return told;
  }

  AddressSpace space;
  Modules modules;
  NameTable names;
  OpenedReader opened;

 private:
  Process start(const std::filesystem::path& interpreter, const std::string& text) const {
    std::ofstream(script_) << text;
    Command command;
    command.words = {interpreter.string(), script_.string(), (directory_.path() / "ready").string()};
    command.output = directory_.path() / "output";
    return Process(command);
  }

  TempDir directory_;
  std::filesystem::path script_;
  Process child_;
};

}  // namespace perfopt::prof
