// SPDX-License-Identifier: Apache-2.0
// What a backend has recorded, before frames have names: profile_of() (profile_builder.hpp) makes the document of it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/prof/name_table.hpp"
#include "perfopt/prof/native/modules.hpp"
#include "perfopt/prof/sample_table.hpp"
#include "perfopt/prof/stack_tree.hpp"
#include "perfopt/prof/symbols/symboliser.hpp"

namespace perfopt::prof {

struct Recording {
  std::vector<model::Measure> measures;  // at most kMaxMeasures; a sample's values are in this order
  std::string primary;
  bool waits_only = false;  // rows of running threads are left out
  Modules modules;
  NameTable names;
  StackTree stacks;
  SampleTable samples;
  std::vector<std::string> objects{""};
  std::map<std::string, std::uint32_t, std::less<>> object_index;
  std::vector<model::ProfiledProcess> processes;
  std::vector<model::ProfiledThread> threads;
  std::map<std::uint32_t, JitMap> jit;  // by index into `processes`
  std::vector<model::MemoryPoint> memory;
  model::SampleCounts counts;
  std::optional<double> cpu_s;
  std::optional<double> wall_s;
  std::vector<model::Doubt> doubts;
};

}  // namespace perfopt::prof
