// SPDX-License-Identifier: Apache-2.0
// Work that libraries do for a program, recognised by the names of their functions: allocation, copying, formatting,
// hashing, regular expressions, JSON, exceptions, dynamic casts, compression, parsing of numbers, sorting, ...
//
// A stack is of the kind of the recognised frame nearest to the root below the user's innermost function: memcpy within
// JSON parsing is JSON. Recognised are glibc, libstdc++, the C++ ABI, zlib, zstd, lz4, SQLite, boost, abseil, nlohmann
// and RapidJSON; CPython's standard library by function and file; Node's built-in modules.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfopt::stats {

enum class Work : std::uint8_t {
  allocation,
  copying,
  formatting,
  hashing,
  regex,
  regex_compile,
  json,
  exceptions,
  dynamic_dispatch,
  compression,
  number_parsing,
  sorting,
  string_compare,
  string_append,
  logging,
  database,
  database_prepare,
  locking,
};

[[nodiscard]] std::string_view work_name(Work work);  // "regular expressions"

// What this function is for; empty where it is not known.
[[nodiscard]] std::optional<Work> work_of(const model::Frame& frame);

// What each stack was doing for the user's function, by index into Profile::stacks.
[[nodiscard]] std::vector<std::optional<Work>> work_of_stacks(const model::Profile& profile);

struct LibraryWork {
  Work work = Work::allocation;
  std::uint64_t value = 0;
  double share = 0;    // of the measure
  std::string caller;  // the user's function that most of it was done for; "" none
  std::string file;
  unsigned line = 0;
};

// By falling value.
[[nodiscard]] std::vector<LibraryWork> library_work(const model::Profile& profile, const SampleFilter& filter);

}  // namespace perfopt::stats
