// SPDX-License-Identifier: Apache-2.0
#include "perfopt/host/counters.hpp"

#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>

namespace perfopt::host {
namespace {

constexpr std::uint64_t kConfigs[] = {PERF_COUNT_HW_CPU_CYCLES, PERF_COUNT_HW_INSTRUCTIONS, PERF_COUNT_HW_CACHE_MISSES,
                                      PERF_COUNT_HW_BRANCH_MISSES};

int open_counter(std::uint64_t config, int thread) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_HARDWARE;
  attributes.size = sizeof attributes;
  attributes.config = config;
  attributes.inherit = 1;
  attributes.exclude_kernel = 1;
  attributes.exclude_hv = 1;
  return static_cast<int>(syscall(SYS_perf_event_open, &attributes, thread, -1, -1, PERF_FLAG_FD_CLOEXEC));
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

// 0, this thread, and the numbers of all others.
std::vector<int> threads_of_process() {
  std::vector<int> threads{0};
  const auto self = static_cast<int>(syscall(SYS_gettid));
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task")) {
    const int thread = std::stoi(entry.path().filename().string());
    if (thread != self) threads.push_back(thread);
  }
  return threads;
}

// The sum over threads; empty when there is none, or one that cannot be read.
std::optional<double> read_counter(const std::vector<int>& descriptors) {
  std::optional<double> sum;
  for (const int descriptor : descriptors) {
    std::uint64_t value = 0;
    if (read(descriptor, &value, sizeof value) != sizeof value) return std::nullopt;
    sum = sum.value_or(0) + static_cast<double>(value);
  }
  return sum;
}

}  // namespace

HardwareCounters::HardwareCounters() {
  for (const int thread : threads_of_process()) {
    for (std::size_t event = 0; event < kEvents && reason_.empty(); ++event) {
      const int descriptor = open_counter(kConfigs[event], thread);
      if (descriptor >= 0) {
        descriptors_[event].push_back(descriptor);
      } else if (errno != ESRCH) {  // a thread that has just ended counts nothing
        reason_ = reason_for(errno);
      }
    }
  }
}

HardwareCounters::~HardwareCounters() {
  for (const auto& descriptors : descriptors_) {
    for (const int descriptor : descriptors) close(descriptor);
  }
}

model::Counters HardwareCounters::stop() {
  for (const auto& descriptors : descriptors_) {
    for (const int descriptor : descriptors) ioctl(descriptor, PERF_EVENT_IOC_DISABLE, 0);
  }
  return {read_counter(descriptors_[0]), read_counter(descriptors_[1]), read_counter(descriptors_[2]),
          read_counter(descriptors_[3]), reason_};
}

std::string hardware_counters_state() {
  const int descriptor = open_counter(PERF_COUNT_HW_CPU_CYCLES, 0);
  if (descriptor < 0) return reason_for(errno);
  close(descriptor);
  return "available";
}

}  // namespace perfopt::host
