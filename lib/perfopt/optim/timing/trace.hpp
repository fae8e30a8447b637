// SPDX-License-Identifier: Apache-2.0
// When the scopes of measure() and timed() were open, on which thread: for how parallel a pipeline is, and what waits
// for what. Off unless started; the sums of timing_report() go on beside it.
//
// The text is speedscope's "evented" form (https://www.speedscope.app/file-format-schema.json), one profile a thread,
// in nanoseconds since the start: `perfprof convert` reads it.
//
//   cost    off: one relaxed load a scope; on: about 8 ns more a scope (32 to 40 ns, one thread)
//   memory  24 bytes a scope, at most `scopes_per_thread` of each thread; later ones are counted, not kept
//   errors  std::bad_alloc at the first scope of a thread; SystemError of a file that cannot be written
//
//   example:
//   perfopt::optim::timing_trace_start(1000);
//   {
//     const auto outer = perfopt::optim::measure("load");
//     const auto inner = perfopt::optim::measure("parse");
//   }
//   const std::string text = perfopt::optim::timing_trace_text();
//   perfopt::optim::timing_trace_stop();
//   if (text.find("\"evented\"") == std::string::npos) throw std::logic_error("no thread");
//   if (text.find("\"load\"") == std::string::npos) throw std::logic_error("a scope is missing");
//   end
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>

#include "perfopt/optim/timing/measure.hpp"

namespace perfopt::optim {

// Forgets what an earlier trace held. Scopes that are open now count from their own beginning, cut at this moment.
void timing_trace_start(std::size_t scopes_per_thread = 100'000);
// Keeps nothing from now on; what is there stays until the next start.
void timing_trace_stop();

// Scopes that have closed so far, of all threads, living and finished. Any thread may ask at any time.
[[nodiscard]] std::string timing_trace_text();
// How many did not fit.
[[nodiscard]] std::uint64_t timing_trace_dropped();
// timing_trace_text() into a file, whole or not at all.
void write_timing_trace(const std::filesystem::path& path);

}  // namespace perfopt::optim
