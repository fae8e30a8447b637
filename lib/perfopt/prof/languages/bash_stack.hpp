// SPDX-License-Identifier: Apache-2.0
// The function stack of a running bash.
//
// bash has all of it in a few pages of its heap. A warm read is one system call for the pages of the last sample; what
// lies elsewhere is asked for again. The three arrays are changed one after the other at a call, so that a read between
// finds them of different length: it is repeated, and torn after three times.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "perfopt/prof/languages/reader.hpp"
#include "perfopt/prof/languages/remote_windows.hpp"

namespace perfopt::prof {

class BashStack {
 public:
  static constexpr std::size_t kMaxFrames = 4096;

  // Addresses of bash's variables of these names in the process.
  struct Place {
    std::uint64_t line_number = 0;
    std::uint64_t global_variables = 0;
    std::uint64_t dollar_vars = 0;
  };

  BashStack(const Place& place, const BlockSource& memory, NameTable& names)
      : place_(place), names_(names), windows_(memory) {}

  [[nodiscard]] ReadEnd read(std::vector<ScriptFrame>& frames);

 private:
  struct Variables {  // addresses of the SHELL_VAR of each
    std::uint64_t functions = 0;
    std::uint64_t sources = 0;
    std::uint64_t lines = 0;
  };

  [[nodiscard]] ReadEnd read_once(std::vector<ScriptFrame>& frames);
  [[nodiscard]] bool find_variables();
  [[nodiscard]] bool search_bucket(std::uint64_t bucket, Variables& found);
  // The elements of an indexed array, the newest first; empty optional: torn or not there.
  [[nodiscard]] std::optional<std::vector<std::string>> elements(std::uint64_t variable);
  [[nodiscard]] std::string script();

  [[nodiscard]] std::span<const std::byte> bytes(std::uint64_t address, std::size_t size);
  [[nodiscard]] std::uint64_t word(std::uint64_t address);  // 0 when it cannot be read
  [[nodiscard]] std::optional<std::string> text(std::uint64_t address);

  Place place_;
  NameTable& names_;
  RemoteWindows windows_;
  std::optional<Variables> variables_;
  std::set<std::uint64_t> pages_;  // used by this sample; by the last one before that
};

}  // namespace perfopt::prof
