// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_events.hpp"

#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <ctime>

#include "perfopt/core/error.hpp"

namespace perfopt::prof {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
// A record takes as much of a ring as is asked for, and a ring must hold what comes while its reader waits for a CPU.
constexpr std::size_t kRoomy = 64;
constexpr std::uint32_t kSmallStack = 16U * 1024U;

int perf_event_open(const perf_event_attr& attr, pid_t thread, int cpu) {
  return static_cast<int>(::syscall(SYS_perf_event_open, &attr, thread, cpu, -1, PERF_FLAG_FD_CLOEXEC));
}

std::string read_line(const char* path) {
  std::string text;
  try {
    text = read_file(path);
  } catch (const SystemError&) {
    return text;  // an old kernel or a container without it: nothing is known
  }
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// "0-3,8" of /sys; what the kernel does not tell, sysconf does.
std::vector<int> online_cpus() {
  std::vector<int> cpus;
  const std::string text = read_line("/sys/devices/system/cpu/online");
  const char* at = text.c_str();
  while (*at >= '0' && *at <= '9') {
    char* end = nullptr;
    const long first = std::strtol(at, &end, 10);
    const long last = *end == '-' ? std::strtol(end + 1, &end, 10) : first;
    for (long cpu = first; cpu <= last; ++cpu) cpus.push_back(static_cast<int>(cpu));
    at = *end == ',' ? end + 1 : end;
  }
  if (cpus.empty()) {
    const long count = std::max(::sysconf(_SC_NPROCESSORS_ONLN), 1L);
    for (long cpu = 0; cpu < count; ++cpu) cpus.push_back(static_cast<int>(cpu));
  }
  return cpus;
}

perf_event_attr software_event(std::uint64_t config) {
  perf_event_attr attr{};
  attr.size = sizeof attr;
  attr.type = PERF_TYPE_SOFTWARE;
  attr.config = config;
  attr.exclude_hv = 1;
  attr.inherit = 1;
  attr.use_clockid = 1;
  attr.clockid = CLOCK_MONOTONIC;
  attr.sample_id_all = 1;
  // Equal at the end of every record of every event, so that records need no look-up of their layout.
  attr.sample_type = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
  return attr;
}

bool kernel_side_allowed() {
  const perf_event_attr attr = software_event(PERF_COUNT_SW_CPU_CLOCK);
  return static_cast<bool>(UniqueFd(perf_event_open(attr, 0, -1)));
}

std::string refusal_of(int error) {
  const std::string paranoid = perf_event_paranoid();
  switch (error) {
    case EACCES:
    case EPERM:
      if (!paranoid.empty() && paranoid > "2") {
        return "perf_event_open is forbidden to plain users (kernel.perf_event_paranoid is " + paranoid +
               "); to allow it: sysctl kernel.perf_event_paranoid=2";
      }
      return "perf_event_open is forbidden here though kernel.perf_event_paranoid is " +
             (paranoid.empty() ? std::string("not known") : paranoid) +
             " (a container's seccomp profile does that); to allow it: give the container CAP_PERFMON or a profile "
             "that lets perf_event_open pass";
    case ENOSYS:
      return "this kernel, or what confines us, has no perf_event_open; to allow it: a kernel with CONFIG_PERF_EVENTS, "
             "a seccomp profile that lets it pass";
    default:
      return "perf_event_open: " + std::string(std::strerror(error));
  }
}

// As many as it takes: soft limits are for programs that use select(2).
std::size_t raise_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

std::uint64_t sum_of(const std::vector<UniqueFd>& events) {
  std::uint64_t sum = 0;
  for (const UniqueFd& event : events) {
    std::uint64_t count = 0;
    if (::read(event.get(), &count, sizeof count) == sizeof count) sum += count;
  }
  return sum;
}

}  // namespace

std::string perf_event_paranoid() {
  return read_line("/proc/sys/kernel/perf_event_paranoid");
}

std::string perf_event_refusal() {
  perf_event_attr attr = software_event(PERF_COUNT_SW_CPU_CLOCK);
  attr.exclude_kernel = 1;
  attr.sample_period = kSecond;
  const UniqueFd event(perf_event_open(attr, 0, -1));
  return event ? "" : refusal_of(errno);
}

PerfEvents::PerfEvents(double rate_hz, bool kernel, std::uint32_t stack_bytes)
    : period_ns_(static_cast<std::uint64_t>(std::llround(static_cast<double>(kSecond) / rate_hz))),
      kernel_(kernel && kernel_side_allowed()),
      stack_bytes_(std::min(stack_bytes, kLargestStack)),
      cpus_(online_cpus()) {
  raise_descriptors();
  layout_ = layout_of(attributes(PerfEvent::clock, false));
}

perf_event_attr PerfEvents::attributes(PerfEvent kind, bool on_exec) const {
  constexpr std::uint64_t kConfigs[] = {PERF_COUNT_SW_TASK_CLOCK, PERF_COUNT_SW_CPU_CLOCK, PERF_COUNT_SW_PAGE_FAULTS,
                                        PERF_COUNT_SW_CONTEXT_SWITCHES};
  perf_event_attr attr = software_event(kConfigs[static_cast<std::size_t>(kind)]);
  attr.disabled = on_exec ? 1 : 0;
  attr.enable_on_exec = on_exec ? 1 : 0;
  attr.exclude_kernel = kernel_ ? 0 : 1;
  if (kind == PerfEvent::side) {
    attr.mmap = attr.mmap2 = attr.comm = attr.comm_exec = attr.task = attr.context_switch = 1;
    return attr;
  }
  attr.sample_type |= PERF_SAMPLE_IP | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER;
  if (kernel_) attr.sample_type |= PERF_SAMPLE_CALLCHAIN;
  attr.exclude_callchain_user = 1;
  attr.sample_regs_user = unwinding_registers();
  attr.sample_stack_user = stack_bytes_;
  attr.wakeup_events = wakes_ ? 1 : 0;
  attr.sample_period = kind == PerfEvent::fault ? kFaultPeriod : period_ns_;
  if (kind == PerfEvent::switched) {
    attr.freq = 1;
    attr.sample_freq = std::max<std::uint64_t>(kSecond / period_ns_, 1);
  }
  return attr;
}

bool PerfEvents::follow(pid_t thread, bool on_exec) {
  make_room();
  if (!open(PerfEvent::side, thread, on_exec, sides_)) return false;
  if (stack_bytes_ == 0) stack_bytes_ = rings_.front().bytes() >= kRoomy * kLargestStack ? kLargestStack : kSmallStack;
  return open_samples(thread, on_exec);
}

void PerfEvents::follow_samples(pid_t thread) {
  make_room();
  open_samples(thread, false);
}

void PerfEvents::replace_samples(std::uint32_t stack_bytes, bool wake, std::span<const pid_t> threads) {
  stack_bytes_ = std::min(stack_bytes, kLargestStack);
  wakes_ = wake;
  // Both sets sample for the moment that this takes; whoever weighs the samples sees it by the running time between.
  earlier_faults_ = faults();
  const std::vector<UniqueFd> before = std::exchange(samples_, {});
  const std::vector<UniqueFd> faults_before = std::exchange(fault_samples_, {});
  for (const pid_t thread : threads) follow_samples(thread);
}

bool PerfEvents::open_samples(pid_t thread, bool on_exec) {
  if (!open(PerfEvent::clock, thread, on_exec, samples_)) return false;
  if (faults_) open(PerfEvent::fault, thread, on_exec, fault_samples_);
  // Seen from user space nobody switches: without the kernel side this event never comes.
  if (kernel_) open(PerfEvent::switched, thread, on_exec, samples_);
  return true;
}

bool PerfEvents::open(PerfEvent kind, pid_t thread, bool on_exec, std::vector<UniqueFd>& into) {
  const perf_event_attr attr = attributes(kind, on_exec);
  for (std::size_t i = 0; i < cpus_.size(); ++i) {
    UniqueFd event(perf_event_open(attr, thread, cpus_[i]));
    if (!event && errno == ESRCH) return false;
    if (!event) throw Unavailable(refusal_of(errno));
    std::uint64_t id = 0;
    if (::ioctl(event.get(), PERF_EVENT_IOC_ID, &id) != 0) throw_errno("ask for the id of a perf_event");
    kinds_[id] = kind;
    if (rings_.size() <= i) {
      map_ring(event.get());
    } else if (::ioctl(event.get(), PERF_EVENT_IOC_SET_OUTPUT, ring_fds_[i]) != 0) {
      throw_errno("share a ring buffer of perf_event");
    }
    into.push_back(std::move(event));
  }
  return true;
}

// As much as the user may lock (kernel.perf_event_mlock_kb, RLIMIT_MEMLOCK), which is known by trying alone.
void PerfEvents::map_ring(int event) {
  constexpr std::size_t kAll = std::size_t{64} << 20U;
  constexpr std::size_t kMost = std::size_t{8} << 20U;
  constexpr std::size_t kLeast = std::size_t{128} << 10U;
  std::size_t bytes =
      rings_.empty() ? std::clamp(std::bit_floor(kAll / cpus_.size()), kLeast, kMost) : rings_.back().bytes();
  for (;; bytes /= 2) {
    try {
      rings_.emplace_back(event, bytes);
      ring_fds_.push_back(event);
      return;
    } catch (const SystemError& error) {
      if (error.error_number() == EPERM && bytes > kLeast) continue;
      if (error.error_number() != EPERM) throw;
      throw Unavailable(
          "the ring buffers of perf_event do not fit into what a user may lock; to allow it: sysctl "
          "kernel.perf_event_mlock_kb=" +
          std::to_string(kLeast / 1024 + 4) + " or more");
    }
  }
}

bool PerfEvents::may_follow(std::size_t threads) const {
  constexpr std::size_t kKinds = 3;
  constexpr std::size_t kOthers = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return true;
  const std::size_t used = sides_.size() + samples_.size() + fault_samples_.size() + kOthers;
  return limit.rlim_cur >= used + threads * kKinds * cpus_.size();
}

// One thread's events; without those of page faults where descriptors are short.
void PerfEvents::make_room() {
  constexpr std::size_t kOthers = 64;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  const std::size_t left = static_cast<std::size_t>(limit.rlim_cur) -
                           std::min<std::size_t>(static_cast<std::size_t>(limit.rlim_cur),
                                                 sides_.size() + samples_.size() + fault_samples_.size() + kOthers);
  faults_ = faults_ && left >= 16 * cpus_.size();
  if (left < 3 * cpus_.size()) {
    throw Unavailable("there are too many threads to attach to for this user's " + std::to_string(limit.rlim_cur) +
                      " descriptors; to allow it: ulimit -n with more, or --backend sampler");
  }
}

PerfEvent PerfEvents::kind(std::uint64_t id) const {
  const auto found = kinds_.find(id);
  return found == kinds_.end() ? PerfEvent::side : found->second;
}

double PerfEvents::cpu_s() const {
  return static_cast<double>(sum_of(sides_)) / static_cast<double>(kSecond);
}

std::uint64_t PerfEvents::faults() const {
  return earlier_faults_ + sum_of(fault_samples_);
}

}  // namespace perfopt::prof
