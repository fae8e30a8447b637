// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/program.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "perfopt/bench/compare/command_words.hpp"
#include "perfopt/bench/compare/worker.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"

namespace perfopt::bench {
namespace {

std::string digest_of(const std::filesystem::path& file) {
  const std::string bytes = read_file(file);
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(bytes.data(), bytes.size())));
  return text.data();
}

// The program as a file: found in PATH unless it has a '/'.
std::filesystem::path file_of(const Program& program) {
  const std::string& name = program.words.front();
  std::filesystem::path file = name;
  if (name.find('/') == std::string::npos) {
    file = find_program(name);
    if (file.empty()) throw BadInput("the " + program.side + ": there is no program '" + name + "' in PATH");
  }
  std::error_code error;
  if (!std::filesystem::exists(file, error)) throw BadInput("the " + program.side + ": there is no file " + name);
  if (std::filesystem::is_directory(file, error)) {
    throw BadInput("the " + program.side + ": " + name + " is a directory; name the program in it");
  }
  return file;
}

// What it prints when asked for its benchmarks, as any program of Google Benchmark does.
std::vector<std::string> listed_names(const Program& program) {
  const TempDir scratch("perfbench");
  Command command;
  command.words = program.words;
  command.words.emplace_back("--benchmark_list_tests=true");
  command.output = scratch.path() / "list";
  Process process(command);
  const auto status = process.wait(program.timeout_s);
  if (!status)
    throw BadInput("the " + program.side + ": " + program.words.front() + " does not list its benchmarks in time");
  if (*status != 0) {
    throw BadInput("the " + program.side + ": " + program.words.front() + " " + process.end() +
                   " when asked for --benchmark_list_tests; is it a Google Benchmark program?");
  }
  std::vector<std::string> names;
  std::istringstream lines(read_file(command.output));
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) names.push_back(line);
  }
  return names;
}

}  // namespace

std::size_t Program::index_of(const std::string& name) const {
  return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

Program open_program(const std::string& side, const std::string& command, double timeout_s,
                     const Cancellation* cancellation) {
  Program program;
  program.side = side;
  program.timeout_s = timeout_s;
  program.cancellation = cancellation;
  program.words = command_words(command, "the " + side);
  const std::filesystem::path file = file_of(program);
  program.digest = digest_of(file);
  // A program of the usual main would run all its benchmarks; asked to list them, it ends at once.
  Program asked = program;
  asked.words.emplace_back("--benchmark_list_tests=true");
  Worker worker(asked);
  program.sliceable = worker.greet(program.names);
  if (!program.sliceable) program.names = listed_names(program);
  if (program.names.empty()) {
    throw BadInput("the " + side + ": " + program.words.front() +
                   " lists no benchmarks; is it a Google Benchmark program?");
  }
  return program;
}

}  // namespace perfopt::bench
