// SPDX-License-Identifier: Apache-2.0
// The machine and the build that a document was measured with, and what in them makes its numbers doubtful.
//
// A fact that this machine does not tell is an empty string, a zero count or an empty optional: shown as
// "unknown", never as a value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace perfopt::model {

struct Cache {
  std::string name;  // "L1d", "L2", "L3"
  std::uint64_t bytes = 0;
};

// Something that makes numbers doubtful, in words that can be acted on.
struct Doubt {
  std::string subject;  // "load"
  std::string finding;  // "load average 1.9 on 2 CPUs: something else is running"
  std::string advice;   // "stop it, or wait; see `top`"
};

struct Environment {
  std::string host;
  std::string cpu_model;
  unsigned cpus_online = 0;
  unsigned cpus_allowed = 0;  // by affinity and cgroup quota
  std::vector<Cache> caches;
  std::vector<std::string> simd;  // "sse4.2", "avx2", "avx512f"
  std::uint64_t memory_bytes = 0;
  std::uint64_t memory_available_bytes = 0;
  std::string governor;        // "performance", or "" when the kernel shows none
  std::string turbo;           // "on", "off" or ""
  std::string virtualization;  // "docker in virtual machine (KVM)", "none", or ""
  std::string kernel;
  std::string os;
  std::string transparent_huge_pages;   // "always", "madvise", "never" or ""
  std::string aslr;                     // "2", "1", "0" or ""
  std::string scratch_filesystem;       // "ext4"
  std::optional<double> load_average;   // over 1 minute, at the start
  std::optional<double> steal_percent;  // during the run
  std::string hardware_counters;        // "available" or the reason why not
  std::string compiler;                 // "g++ 12.2.0"
  std::string compiler_flags;
  std::string build_type;
  std::string version;  // of perfopt
  std::string commit;   // of perfopt, with "-dirty" for a changed tree; "" when not built from a checkout
  std::vector<Doubt> doubts;
};

}  // namespace perfopt::model
