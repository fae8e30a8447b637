// SPDX-License-Identifier: Apache-2.0
// Functions that a JIT compiler wrote into memory, as it tells profilers: a perf map ("START SIZE name" in hexadecimal,
// a line each) or a jitdump (Linux, tools/perf/Documentation/jitdump-specification.txt: code that is loaded or moved,
// with lines where there are any). What comes later takes the place of what it overlaps.
//
// Names in the forms of V8 ("JS:*name file:line:column", with or without a tier's mark) and of CPython
// ("py::name:file") are split into function, file and first line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::prof {

class JitSymbols {
 public:
  // Lines of another form are passed over.
  void add_perf_map(std::string_view text);
  // Ends at the first record that contradicts itself: the process may have been killed while it wrote.
  void add_jitdump(std::span<const std::byte> bytes);

  // Module "[jit]". Without a function when nothing is known of the address.
  [[nodiscard]] model::Frame find(std::uint64_t address) const;

 private:
  struct Line {
    std::uint64_t offset;  // from the start of the code
    unsigned line;
    std::string file;
  };
  struct Code {
    std::uint64_t start = 0;
    std::uint64_t first_start = 0;  // before its head was overwritten
    std::size_t method = 0;
  };
  struct Method {
    model::Frame frame;
    std::vector<Line> lines;  // by offset
  };
  class Dump;

  void place(std::uint64_t start, std::uint64_t size, std::size_t method);

  std::vector<Method> methods_;
  std::map<std::uint64_t, Code> code_;  // by end
};

// The frame that a name of a JIT compiler stands for.
[[nodiscard]] model::Frame jit_frame(std::string_view name);

}  // namespace perfopt::prof
