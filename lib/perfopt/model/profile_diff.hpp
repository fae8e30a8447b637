// SPDX-License-Identifier: Apache-2.0
// What differs between two profiles: functions whose share changed by more than sampling noise explains.
//
// Shares are of the measure's sum over a profile: 0.25 is a quarter. Changes are changed - base, with 95 % intervals.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/environment.hpp"
#include "perfopt/model/scaling.hpp"

namespace perfopt::model {

enum class FunctionVerdict : std::uint8_t {
  slower,   // more of the share and more of the measure itself
  faster,   // less of both
  shifted,  // its share changed, since others did: its own measure did not, as far as can be told
  same,     // no change beyond sampling noise
};

// A quantity of one function in both profiles.
struct FunctionShare {
  std::uint64_t base = 0;  // in the unit of the measure
  std::uint64_t changed = 0;
  double base_share = 0;
  double changed_share = 0;
  Interval change;    // of the share
  Interval absolute;  // of the measure itself; sampling noise alone, as if both had run the same work
  double p = 1;       // that the shares are the same, two-sided
  double q = 1;       // the same after Benjamini-Hochberg over all functions that were tested
  FunctionVerdict verdict = FunctionVerdict::same;
};

struct FunctionChange {
  std::string function;
  std::string module;
  std::string file;
  FunctionShare self;
  FunctionShare total;  // with all that it called; recursion is counted once
  // Of `self`; where that is `same`, of `total`.
  FunctionVerdict verdict = FunctionVerdict::same;
};

struct DiffedProfile {
  std::string origin;  // file
  std::string command;
  std::string backend;
  std::string started;
  double elapsed_s = 0;
  std::optional<double> cpu_s;
  std::uint64_t sum = 0;         // of the measure
  double effective_samples = 0;  // as many independent ones would be as sure
};

struct ProfileDiff {
  static constexpr std::string_view kSchema = "perfopt.profile_diff";
  static constexpr int kSchemaVersion = 1;

  std::string measure;
  std::string unit;
  DiffedProfile base, changed;
  double false_alarms = 0;   // how often two runs of one program are told apart, at most
  double detectable = 0;     // smallest change of a function with 10 % of the measure that is found 4 times of 5
  std::uint64_t tested = 0;  // functions
  std::vector<Doubt> doubts;
  std::vector<FunctionChange> functions;  // those tested: verdicts first, then the largest change of self
};

}  // namespace perfopt::model
