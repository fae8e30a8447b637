// SPDX-License-Identifier: Apache-2.0
// Profiles of other tools: read, told apart by content and not by name, and written.
//
//   read     our own Profile JSON, perf script text, collapsed stacks, pprof (plain or gzip), speedscope, Chrome
//            .cpuprofile and the CPU profiles in a Chrome trace, callgrind
//   written  our own JSON, speedscope, pprof (gzip), collapsed stacks, Firefox profiler, callgrind
//
// A format is one file in profile_formats/ and one line in a table of profile_formats.cpp. What a format does not hold
// (times, threads, lines) is empty in the Profile; what had to be guessed is a doubt of it. perf.data needs unwinding
// and is read by prof/record/perf_data.hpp.
//
// Measures: those of profile.hpp where a format names the same thing ("cpu", "alloc_bytes", ...), else the format's own
// name; "samples" [count] where it only counts, "time" [ns] where it does not say which time. Times are kept where the
// format has them, as nanoseconds since its first sample.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "perfopt/model/profile.hpp"

namespace perfopt::model {

// Memory grows with the distinct frames and stacks and with the samples, of which at most 4 million rows are kept (then
// the resolution of time is halved), not with the text; JSON and protobuf are decoded as a whole. Throws BadInput with
// `origin`, the line, byte or field, and what was expected.
[[nodiscard]] Profile read_profile(std::string_view text, std::string_view origin);

struct ProfileWriter {
  std::string_view name;    // "speedscope"
  std::string_view suffix;  // ".speedscope.json", of files that hold it
  bool all_measures;        // false: one of them, that of `write`'s second argument
  std::string (*write)(const Profile& profile, std::size_t measure);
};

[[nodiscard]] std::span<const ProfileWriter> profile_writers();

// The one with this name; throws BadInput with the nearest one.
[[nodiscard]] const ProfileWriter& profile_writer(std::string_view name);
// The one whose suffix `path` has; nullptr for none.
[[nodiscard]] const ProfileWriter* profile_writer_of(std::string_view path);

}  // namespace perfopt::model
