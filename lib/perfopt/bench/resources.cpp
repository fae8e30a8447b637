// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/resources.hpp"

#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>

#include "perfopt/bench/allocations.hpp"
#include "perfopt/host/counters.hpp"

namespace perfopt::bench {
namespace {

// A "Vm...: 123 kB" line of /proc/self/status, in bytes.
std::optional<std::uint64_t> status_bytes(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(key + ":")) return std::stoull(line.substr(key.size() + 1)) * 1024;
  }
  return std::nullopt;
}

// Makes VmHWM start again from the present size: proc(5), clear_refs.
bool reset_peak() {
  std::ofstream clear("/proc/self/clear_refs");
  clear << "5" << std::flush;
  return clear.good();
}

unsigned long current_limit(decltype(RLIMIT_DATA) resource) {
  rlimit limit{};
  getrlimit(resource, &limit);
  return limit.rlim_cur;
}

void set_limit(decltype(RLIMIT_DATA) resource, unsigned long value) {
  rlimit limit{};
  getrlimit(resource, &limit);
  limit.rlim_cur = std::min(value, limit.rlim_max);
  setrlimit(resource, &limit);
}

}  // namespace

CountedRun count_run(Workload& workload) {
  CountedRun result;
  const bool peak_known = reset_peak();
  const auto before = status_bytes("VmRSS");
  {
    host::HardwareCounters counters;
    const AllocationCount allocations;
    const auto start = std::chrono::steady_clock::now();
    workload.run();
    result.wall_ns = std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
    const auto counted = allocations.so_far();
    result.counters = counters.stop();
    if (counted) {
      result.resources.allocations = counted->calls;
      result.resources.allocated_bytes = counted->bytes;
    } else {
      result.resources.skipped_reason = "allocations are not counted in this build (sanitizers bring their own malloc)";
    }
  }
  if (workload.measures_itself()) {
    result.wall_ns = workload.measured().wall_ns;
    result.resources = {};
    result.resources.skipped_reason = "the work was done in other processes";
    return result;
  }
  const auto peak = status_bytes("VmHWM");
  if (peak_known && before && peak) {
    result.resources.peak_rss_bytes = peak;
    result.resources.rss_growth_bytes = *peak - std::min(*peak, *before);
  } else {
    result.resources.skipped_reason = "peak memory needs a writable /proc/self/clear_refs";
  }
  if (const double held = workload.work().held_bytes; held > 0) {
    result.resources.held_bytes = static_cast<std::uint64_t>(held);
  }
  return result;
}

ResourceLimit::ResourceLimit(std::uint64_t more_memory_bytes, std::uint64_t file_bytes)
    : old_data_(current_limit(RLIMIT_DATA)), old_file_(current_limit(RLIMIT_FSIZE)) {
  std::signal(SIGXFSZ, SIG_IGN);  // so that write(2) returns EFBIG instead
  if (more_memory_bytes > 0) {
    if (const auto present = status_bytes("VmData"))
      set_limit(RLIMIT_DATA, std::min(old_data_, *present + more_memory_bytes));
  }
  if (file_bytes > 0) set_limit(RLIMIT_FSIZE, std::min(old_file_, static_cast<unsigned long>(file_bytes)));
}

ResourceLimit::~ResourceLimit() {
  set_limit(RLIMIT_DATA, old_data_);
  set_limit(RLIMIT_FSIZE, old_file_);
}

}  // namespace perfopt::bench
