// SPDX-License-Identifier: Apache-2.0
// What a reader of another tool's JSON is: how its files are told, and how they become results.
//
// A new tool is one file here and a line in the table of foreign_results.cpp. A reader fills tool, time, machine and
// results as far as the file tells; origin and unique names are given to it afterwards. Internal to model/foreign/.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/foreign/field.hpp"
#include "perfopt/model/result_set.hpp"

namespace perfopt::model::foreign {

struct Reader {
  const char* tool;   // ResultSet::tool
  const char* title;  // as people know it
  bool (*recognises)(const Json& root);
  ResultSet (*read)(const Field& root, std::string_view origin);  // of the file of that name
};

[[nodiscard]] Reader google_benchmark();
[[nodiscard]] Reader hyperfine();
[[nodiscard]] Reader pytest_benchmark();
[[nodiscard]] Reader pyperf();
[[nodiscard]] Reader nanobench();
[[nodiscard]] Reader jmh();
[[nodiscard]] Reader criterion();

// A file in the tool's own order, which may be of a million rows: it is read without a tree of the whole.
[[nodiscard]] bool is_google_benchmark(std::string_view text);
[[nodiscard]] ResultSet read_google_benchmark(std::string_view text, std::string_view origin);

// Files that are lines and not one JSON value.
[[nodiscard]] bool is_cargo_criterion(std::string_view text);
[[nodiscard]] ResultSet read_cargo_criterion(std::string_view text, std::string_view origin);
[[nodiscard]] bool is_go_bench(std::string_view text);
[[nodiscard]] ResultSet read_go_bench(std::string_view text, std::string_view origin);

// A series of wall times. `scale`: nanoseconds of one of the values' units.
[[nodiscard]] Result timed(std::string name, std::vector<double> values, double scale);
// Nanoseconds of "ns", "us", "ms", "s", "min" and their long forms; 0 for anything else.
[[nodiscard]] double nanoseconds_of(std::string_view unit);
// "2026-11-21 14:09:02.028+01:00" as ISO 8601 in UTC to the second; a time without an offset counts as UTC. "" for
// what is no such time.
[[nodiscard]] std::string utc(std::string_view text);
// The object has a member of that name that is an array, and the array's first element an object with `inner`.
[[nodiscard]] bool has_rows(const Json& root, const char* name, const char* inner);

}  // namespace perfopt::model::foreign
