// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/procfs.hpp"

#include <array>
#include <string>

#include "perfopt/prof/record/blocked_call.hpp"
#include "perfopt/prof/record/polling.hpp"
#include "perfopt/prof/task_status.hpp"

namespace perfopt::prof {
namespace {

using model::Activity;

struct Place {
  std::string_view part;  // of the function's name
  Activity activity;
};

// The first that fits; names as of Linux 4.4 to 6.18.
constexpr std::array<Place, 27> kPlaces{{
    {"futex", Activity::futex},        {"nanosleep", Activity::sleep},     {"sigsuspend", Activity::sleep},
    {"sigtimedwait", Activity::sleep}, {"do_pause", Activity::sleep},      {"poll", Activity::poll},
    {"select", Activity::poll},        {"io_cqring_wait", Activity::poll}, {"do_wait", Activity::child},
    {"wait4", Activity::child},        {"waitid", Activity::child},        {"pipe_write", Activity::write},
    {"pipe_read", Activity::read},     {"anon_pipe_read", Activity::read}, {"n_tty_read", Activity::read},
    {"wait_woken", Activity::read},    {"fault", Activity::page_fault},    {"fsync", Activity::sync},
    {"sync", Activity::sync},          {"commit", Activity::sync},         {"writeback", Activity::sync},
    {"sock", Activity::network},       {"recv", Activity::network},        {"accept", Activity::network},
    {"connect", Activity::network},    {"sk_", Activity::network},         {"read", Activity::read},
}};

class Procfs final : public PollingBackend {
 public:
  using PollingBackend::PollingBackend;

 private:
  Seen look(TimeLedger& ledger, Tracker& tracker, std::uint64_t now_ns) override {
    const auto stat = parse_stat(read_proc(task_path(ledger.pid(), ledger.tid(), "stat")));
    if (!stat || stat->state == 'Z' || stat->state == 'X' || !ledger.refresh(now_ns)) return Seen::gone;
    if (stat->state == 'R') {
      ledger.ran(tracker, marker("[running, stack not readable]"));
      return Seen::active;
    }
    const std::string wchan = read_proc(task_path(ledger.pid(), ledger.tid(), "wchan"));
    const bool told = !wchan.empty() && wchan != "0";
    BlockedCall place;  // stands for the function: the same one means the same wait
    place.pc = std::hash<std::string>{}(wchan);
    if (ledger.in_same_wait(place)) return Seen::idle;
    const std::uint32_t stack = told ? marker(wchan, model::Language::kernel) : marker("[waiting, stack not readable]");
    ledger.waits(tracker, place, stack, told ? activity_of_wchan(wchan) : Activity::other, "");
    return Seen::active;
  }
};

bool records(Mode mode) {
  return mode == Mode::cpu || mode == Mode::wall || mode == Mode::offcpu;
}

std::string missing(const RecordOptions& /*options*/) {
  return parse_stat(read_proc("/proc/self/stat")) ? "" : "/proc is not there; mount it: mount -t proc proc /proc";
}

std::unique_ptr<Backend> make(const RecordOptions& options, Recording& recording) {
  return std::make_unique<Procfs>(options, recording);
}

}  // namespace

Activity activity_of_wchan(std::string_view function) {
  for (const Place& place : kPlaces) {
    if (function.find(place.part) != std::string_view::npos) return place.activity;
  }
  return Activity::other;
}

BackendKind procfs_kind() {
  return {.name = "procfs",
          .does = "CPU times and waits by /proc alone, without stacks",
          .records = records,
          .missing = missing,
          .make = make};
}

}  // namespace perfopt::prof
