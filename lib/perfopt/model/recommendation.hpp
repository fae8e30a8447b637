// SPDX-License-Identifier: Apache-2.0
// What to do first, and why: an advice with its evidence, its largest possible gain and the command that verifies it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace perfopt::model {

enum class Effort : std::uint8_t { low, medium, high };

// A number and the place that it was seen at.
struct Evidence {
  std::string text;      // "38 % of CPU time in std::__detail::_Compiler, called from parse_line"
  std::string function;  // "" where no single one is meant
  std::string file;      // "" unknown
  unsigned line = 0;     // 0 unknown
};

// Shares of the time of the whole program: 0.25 is a quarter. `low` and `high` bound the estimate with 95 %
// confidence as far as sampling goes; what is left of the fault after the cure is not in them (Amdahl's law: an upper
// bound).
struct Impact {
  double share = 0;
  double low = 0;
  double high = 0;
};

struct Recommendation {
  std::string rule;    // "regex_in_loop", a stable name
  std::string title;   // "compile the regular expression once"
  std::string reason;  // what was seen, in one or two sentences
  std::vector<Evidence> evidence;
  Impact impact;
  Effort effort = Effort::medium;
  double confidence = 0;  // 0 to 1: that the cause is the one named
  std::string remedy;     // what to try: "hoist it out of the loop, or make it static const"
  std::string uses;       // the part of perfopt or the library that fits: "perfopt/optim/memory/arena.hpp"; may be ""
  std::string verify;     // the command that shows whether it helped
};

}  // namespace perfopt::model
