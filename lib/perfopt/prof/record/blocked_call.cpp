// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/blocked_call.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>

#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

using model::Activity;

struct Call {
  long number;
  Activity activity;
  bool descriptor;  // the first argument is one
};

constexpr Call kCalls[] = {
    {SYS_futex, Activity::futex, false},
    {449, Activity::futex, false},  // futex_waitv
    {SYS_semop, Activity::futex, false},
    {SYS_semtimedop, Activity::futex, false},
    {SYS_read, Activity::read, true},
    {SYS_pread64, Activity::read, true},
    {SYS_readv, Activity::read, true},
    {SYS_preadv, Activity::read, true},
    {SYS_preadv2, Activity::read, true},
    {SYS_getdents64, Activity::read, true},
    {SYS_open, Activity::read, false},
    {SYS_openat, Activity::read, false},
    {SYS_write, Activity::write, true},
    {SYS_pwrite64, Activity::write, true},
    {SYS_writev, Activity::write, true},
    {SYS_pwritev, Activity::write, true},
    {SYS_pwritev2, Activity::write, true},
    {SYS_sendfile, Activity::write, true},
    {SYS_splice, Activity::read, true},
    {SYS_copy_file_range, Activity::read, true},
    {SYS_poll, Activity::poll, false},
    {SYS_ppoll, Activity::poll, false},
    {SYS_select, Activity::poll, false},
    {SYS_pselect6, Activity::poll, false},
    {SYS_epoll_wait, Activity::poll, false},
    {SYS_epoll_pwait, Activity::poll, false},
    {441, Activity::poll, false},  // epoll_pwait2
    {SYS_io_getevents, Activity::poll, false},
    {426, Activity::poll, false},  // io_uring_enter
    {SYS_nanosleep, Activity::sleep, false},
    {SYS_clock_nanosleep, Activity::sleep, false},
    {SYS_pause, Activity::sleep, false},
    {SYS_rt_sigsuspend, Activity::sleep, false},
    {SYS_rt_sigtimedwait, Activity::sleep, false},
    {SYS_wait4, Activity::child, false},
    {SYS_waitid, Activity::child, false},
    {SYS_vfork, Activity::child, false},
    {SYS_connect, Activity::network, true},
    {SYS_accept, Activity::network, true},
    {SYS_accept4, Activity::network, true},
    {SYS_recvfrom, Activity::network, true},
    {SYS_recvmsg, Activity::network, true},
    {SYS_recvmmsg, Activity::network, true},
    {SYS_sendto, Activity::network, true},
    {SYS_sendmsg, Activity::network, true},
    {SYS_sendmmsg, Activity::network, true},
    {SYS_fsync, Activity::sync, true},
    {SYS_fdatasync, Activity::sync, true},
    {SYS_sync, Activity::sync, false},
    {SYS_syncfs, Activity::sync, true},
    {SYS_sync_file_range, Activity::sync, true},
    {SYS_msync, Activity::sync, false},
};

const Call* find_call(long number) {
  const auto* const found = std::ranges::find(kCalls, number, &Call::number);
  return found == std::end(kCalls) ? nullptr : found;
}

std::string task_file(pid_t pid, pid_t tid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/task/" + std::to_string(tid) + "/" + std::string(name);
}

template <class Number>
bool take_number(std::string_view& text, Number& into, int base) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  if (base == 16 && text.starts_with("0x")) text.remove_prefix(2);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into, base);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, 16).ptr;
  return "0x" + std::string(text.data(), end);
}

std::string descriptor_path(pid_t pid, std::uint64_t descriptor) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(static_cast<int>(descriptor));
  const ssize_t length = ::readlink(link.c_str(), path.data(), path.size());
  return length <= 0 ? "" : std::string(path.data(), static_cast<std::size_t>(length));
}

}  // namespace

std::optional<BlockedCall> parse_blocked_call(std::string_view line) {
  BlockedCall call;
  if (!take_number(line, call.number, 10)) return std::nullopt;
  if (call.number >= 0) {
    for (std::uint64_t& argument : call.arguments) {
      if (!take_number(line, argument, 16)) return std::nullopt;
    }
  }
  if (!take_number(line, call.sp, 16) || !take_number(line, call.pc, 16)) return std::nullopt;
  return call;
}

BlockedLook look_at_blocked(pid_t pid, pid_t tid, BlockedCall& into) {
  const UniqueFd file(::open(task_file(pid, tid, "syscall").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<char, 256> line{};
  const ssize_t length = file ? ::read(file.get(), line.data(), line.size()) : -1;
  if (length < 0) return errno == EACCES || errno == EPERM ? BlockedLook::forbidden : BlockedLook::gone;
  const auto call = parse_blocked_call({line.data(), static_cast<std::size_t>(length)});
  if (!call) return BlockedLook::running;
  into = *call;
  return BlockedLook::blocked;
}

bool takes_descriptor(long number) {
  const Call* const call = find_call(number);
  return call != nullptr && call->descriptor;
}

Activity activity_of(const BlockedCall& call, std::string_view descriptor) {
  if (call.number == BlockedCall::kNone) return Activity::page_fault;
  const Call* const known = find_call(call.number);
  if (known == nullptr) return Activity::other;
  return known->descriptor && descriptor.starts_with("socket:") ? Activity::network : known->activity;
}

std::string object_of(pid_t pid, const BlockedCall& call) {
  if (takes_descriptor(call.number)) return descriptor_path(pid, call.arguments[0]);
  const Activity activity = activity_of(call, "");
  const auto child = static_cast<pid_t>(call.arguments[0]);
  if (call.number == SYS_futex) return "futex " + hexadecimal(call.arguments[0]);
  if (activity == Activity::child && call.number == SYS_wait4 && child > 0) return "pid " + std::to_string(child);
  return "";
}

Registers registers_of(const BlockedCall& call) {
  constexpr std::array<std::size_t, 6> kArguments{5, 4, 1, 10, 8, 9};  // rdi, rsi, rdx, r10, r8, r9
  Registers registers;
  registers.set(Registers::kSp, call.sp);
  registers.set(Registers::kIp, call.pc);
  if (call.number == BlockedCall::kNone) return registers;
  for (std::size_t i = 0; i < kArguments.size(); ++i) registers.set(kArguments.at(i), call.arguments.at(i));
  return registers;
}

}  // namespace perfopt::prof
