// SPDX-License-Identifier: Apache-2.0
// Reads a perf.data that `perf record` wrote, on this machine or another one.
//
// Files and streams (`perf record -o -`), with stacks by frame pointers (`-g`), by DWARF (`--call-graph dwarf`, unwound
// here with the binaries that this machine has), or with none; compressed (`-z`); with context switches
// (`--switch-events`: waits become rows). Branch stacks are passed over. The file is mapped and let go behind the
// cursor: memory grows with the distinct stacks, not with the file.
//
//   units   times are nanoseconds since the first event. A sample of a clock counts its period as CPU time, one of
//           cycles taken at a frequency the time since its thread's last sample on that CPU, at most what lies between
//           two at that frequency. Of another event the profile counts that event and nothing else.
//   errors  BadInput for what is no perf.data of a 64-bit little-endian machine, is cut short within its header, holds
//           a record that contradicts itself (with its offset in the file), or was recorded with hardware traces
//           (AUX); a file whose data end early (perf was killed) is read to there, and a doubt says so
//   source  tools/perf/Documentation/perf.data-file-format.txt of Linux; perf_event_open(2)
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "perfopt/prof/recording.hpp"

namespace perfopt::prof {

struct PerfData {
  Recording recording;   // its measures are those of time_measures()
  std::string command;   // `perf record ...`, its words; "" when the file does not say
  std::string host;      // where it was recorded; the same
  std::string kernel;    // release of its kernel
  std::string cpu;       // model of its processor
  std::string event;     // that was sampled: "cpu-clock:u"
  double rate_hz = 0;    // 0 when it was sampled by a fixed count of a hardware event
  double elapsed_s = 0;  // from the first event to the last
};

// True when the file begins as a perf.data does.
[[nodiscard]] bool is_perf_data(const std::filesystem::path& file);

[[nodiscard]] PerfData read_perf_data(const std::filesystem::path& file);

}  // namespace perfopt::prof
