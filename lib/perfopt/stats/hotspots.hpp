// SPDX-License-Identifier: Apache-2.0
// Which functions, modules, lines or threads a measure of a profile was spent in.
//
//   self    of the samples whose innermost frame belongs to it; the selfs of all rows sum to the total exactly
//   total   of the samples in whose stack it appears, however often: recursion is counted once
// Samples without a stack belong to the row "[no stack]". Units are those of the measure; shares are of the sum over
// the samples that the query takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/frame_name.hpp"
#include "perfopt/model/profile.hpp"

namespace perfopt::stats {

enum class GroupBy : std::uint8_t { function, module, line, thread, process, language, object, activity };

// Which samples count. Empty: all.
struct SampleFilter {
  std::size_t measure = 0;
  std::optional<model::Activity> activity;
  std::optional<std::uint32_t> thread;  // index into Profile::threads
  std::optional<std::uint64_t> from_ns;
  std::optional<std::uint64_t> to_ns;  // exclusive
};

struct Hotspot {
  std::string name;      // function, path, "file:line", thread name and number, ...
  std::string function;  // of a line
  std::string module;    // of the function
  std::string file;
  unsigned line = 0;  // of a function: the line with the largest self, else where it starts
  model::Language language = model::Language::unknown;
  std::uint64_t self = 0;
  std::uint64_t total = 0;
  std::uint64_t samples = 0;  // rows with self
  double self_share = 0;      // 0 to 1
  double total_share = 0;
};

// By falling self, then total, then name.
[[nodiscard]] std::vector<Hotspot> hotspots(const model::Profile& profile, GroupBy by, const SampleFilter& filter);

[[nodiscard]] std::uint64_t total_of(const model::Profile& profile, const SampleFilter& filter);

using model::frame_name;

// "futex", "page fault"
[[nodiscard]] std::string_view activity_name(model::Activity activity);

// Who calls a function and whom it calls, by falling value. Calls of itself are left out; one that is called again by
// what it called stands in both.
struct Neighbour {
  std::string name;
  std::uint64_t value = 0;
};
struct Neighbours {
  std::vector<Neighbour> callers;
  std::vector<Neighbour> callees;
};
[[nodiscard]] Neighbours neighbours(const model::Profile& profile, const std::string& function,
                                    const SampleFilter& filter);

}  // namespace perfopt::stats
