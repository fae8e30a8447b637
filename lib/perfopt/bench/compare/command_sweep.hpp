// SPDX-License-Identifier: Apache-2.0
// Parameters of commands: ranges, lists, all combinations of them, and their place in a text.
//
// Numbers are decimal and exact, as hyperfine's are: 0 to 1 in steps of 0.1 are eleven values, written as it writes
// them: the first as given, the others with as many places as the first or the step has (0, 0.1, ... 1.0).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/command_runs.hpp"

namespace perfopt::bench {

struct Sweep {
  std::string name;
  std::vector<std::string> values;
};

// Most commands that one request may become.
inline constexpr std::size_t kMostCombinations = 100'000;

// From `low` to `high` in steps of `step`. Throws BadInput for what is no decimal number, for an empty range, a step
// that is not positive and too many values.
[[nodiscard]] Sweep scan_sweep(const std::string& name, const std::string& low, const std::string& high,
                               const std::string& step);

// Comma-separated values; "\," is a comma and "\\" a backslash within one. An empty value is one.
[[nodiscard]] Sweep list_sweep(const std::string& name, std::string_view values);

// All combinations; the first sweep changes fastest. One, without parameters, for no sweeps. Throws BadInput for a name
// given twice and for too many.
[[nodiscard]] std::vector<std::vector<model::CommandParameter>> combinations(const std::vector<Sweep>& sweeps);

// Every "{name}" by its value. What is put in is not looked at again.
[[nodiscard]] std::string substituted(std::string_view text, const std::vector<model::CommandParameter>& parameters);

// "n=3, compiler=gcc".
[[nodiscard]] std::string parameters_text(const std::vector<model::CommandParameter>& parameters);

}  // namespace perfopt::bench
