// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/counters.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <system_error>

namespace perfopt::bench {
namespace {

constexpr std::uint64_t kConfigs[] = {PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_INSTRUCTIONS, PERF_COUNT_HW_CACHE_MISSES,
                                      PERF_COUNT_HW_BRANCH_MISSES};

int open_counter(std::uint64_t config) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = config;
  attributes.inherit = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC));
}

std::string reason_for(int error_number) {
  switch (error_number) {
    case ENOENT:
    case ENODEV:
    case EOPNOTSUPP:
      return "this machine has no hardware counters (usual in virtual machines)";
    case EACCES:
    case EPERM:
      return "the kernel forbids hardware counters; as root: sysctl kernel.perf_event_paranoid=2";
    case ENOSYS:
      return "the kernel has no perf_event_open";
    default:
      return "perf_event_open: " + std::generic_category().message(error_number);
  }
}

std::optional<double> read_counter(int descriptor) {
  std::uint64_t value = 0;
  if (descriptor < 0 || read(descriptor, &value, sizeof value) != sizeof value) return std::nullopt;
  return static_cast<double>(value);
}

}  // namespace

HardwareCounters::HardwareCounters() {
  for (int i = 0; i < kEvents; ++i) {
    descriptors_[i] = open_counter(kConfigs[i]);
    if (descriptors_[i] < 0) reason_ = reason_for(errno);
  }
}

HardwareCounters::~HardwareCounters() {
  for (const int descriptor : descriptors_) {
    if (descriptor >= 0) close(descriptor);
  }
}

model::Counters HardwareCounters::stop() {
  for (const int descriptor : descriptors_) {
    if (descriptor >= 0) ioctl(descriptor, PERF_EVENT_IOC_DISABLE, 0);
  }
  return {read_counter(descriptors_[0]), read_counter(descriptors_[1]), read_counter(descriptors_[2]),
          read_counter(descriptors_[3]), reason_};
}

std::string hardware_counters_state() {
  const int descriptor = open_counter(PERF_COUNT_HW_CPU_CYCLES);
  if (descriptor < 0) return reason_for(errno);
  close(descriptor);
  return "available";
}

}  // namespace perfopt::bench
