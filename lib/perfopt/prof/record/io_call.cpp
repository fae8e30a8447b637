// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/io_call.hpp"

#include <linux/audit.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cstddef>

namespace perfopt::prof {
namespace {

struct Entry {
  long number;
  IoKind kind;
};

constexpr std::array<Entry, 33> kCalls{{
    {SYS_read, IoKind::input},
    {SYS_write, IoKind::output},
    {SYS_pread64, IoKind::input},
    {SYS_pwrite64, IoKind::output},
    {SYS_readv, IoKind::input},
    {SYS_writev, IoKind::output},
    {SYS_preadv, IoKind::input},
    {SYS_pwritev, IoKind::output},
    {SYS_preadv2, IoKind::input},
    {SYS_pwritev2, IoKind::output},
    {SYS_sendto, IoKind::output},
    {SYS_recvfrom, IoKind::input},
    {SYS_sendmsg, IoKind::output},
    {SYS_recvmsg, IoKind::input},
    {SYS_sendmmsg, IoKind::messages},
    {SYS_recvmmsg, IoKind::messages},
    {SYS_sendfile, IoKind::transfer},
    {SYS_copy_file_range, IoKind::transfer},
    {SYS_splice, IoKind::transfer},
    {SYS_tee, IoKind::transfer},
    {SYS_vmsplice, IoKind::output},
    {SYS_getdents64, IoKind::input},
    {SYS_fsync, IoKind::sync},
    {SYS_fdatasync, IoKind::sync},
    {SYS_syncfs, IoKind::sync},
    {SYS_sync_file_range, IoKind::sync},
    {SYS_ftruncate, IoKind::sync},
    {SYS_fallocate, IoKind::sync},
    {SYS_open, IoKind::open},
    {SYS_openat, IoKind::open},
    {SYS_creat, IoKind::open},
    {437, IoKind::open} /* openat2 */,
    {425, IoKind::ring} /* io_uring_setup */,
}};

constexpr std::uint64_t kMostMessages = 1024;  // UIO_MAXIOV: the kernel takes no more
constexpr std::size_t kMessageBytes = 64;      // struct mmsghdr
constexpr std::size_t kLengthAt = 56;          // msg_len in it

std::uint64_t bytes_of_messages(std::uint64_t headers, std::uint64_t count, const Memory& memory) {
  std::uint64_t bytes = 0;
  for (std::uint64_t i = 0; i < std::min(count, kMostMessages); ++i) {
    std::uint32_t length = 0;
    if (!memory.read(headers + i * kMessageBytes + kLengthAt, std::as_writable_bytes(std::span(&length, 1)))) break;
    bytes += length;
  }
  return bytes;
}

}  // namespace

IoKind io_kind(long number) {
  const auto* const found = std::ranges::find(kCalls, number, &Entry::number);
  return found == kCalls.end() ? IoKind::none : found->kind;
}

IoEnds ends_of(const IoCall& call) {
  const auto descriptor = [&](std::size_t i) { return static_cast<int>(call.arguments.at(i)); };
  switch (call.number) {
    case SYS_sendfile:
      return {.from = descriptor(1), .to = descriptor(0)};
    case SYS_tee:
      return {.from = descriptor(0), .to = descriptor(1)};
    default:  // splice, copy_file_range: an offset follows each descriptor
      return {.from = descriptor(0), .to = descriptor(2)};
  }
}

std::uint64_t bytes_of(const IoCall& call, std::int64_t result, const Memory& memory) {
  if (result <= 0) return 0;
  const auto value = static_cast<std::uint64_t>(result);
  switch (io_kind(call.number)) {
    case IoKind::input:
    case IoKind::output:
    case IoKind::transfer:
      return value;
    case IoKind::messages:
      return bytes_of_messages(call.arguments[1], value, memory);
    case IoKind::none:
    case IoKind::open:
    case IoKind::sync:
    case IoKind::ring:
      break;
  }
  return 0;
}

std::vector<sock_filter> io_filter() {
  constexpr auto kLoad = static_cast<std::uint16_t>(BPF_LD | BPF_W | BPF_ABS);
  constexpr auto kIfEqual = static_cast<std::uint16_t>(BPF_JMP | BPF_JEQ | BPF_K);
  constexpr auto kReturn = static_cast<std::uint16_t>(BPF_RET | BPF_K);
  const auto count = static_cast<std::uint8_t>(kCalls.size());
  std::vector<sock_filter> filter;
  filter.push_back({kLoad, 0, 0, offsetof(seccomp_data, arch)});
  // Another architecture's numbers mean other calls.
  filter.push_back({kIfEqual, 0, static_cast<std::uint8_t>(count + 1), AUDIT_ARCH_X86_64});
  filter.push_back({kLoad, 0, 0, offsetof(seccomp_data, nr)});
  for (std::uint8_t i = 0; i < count; ++i) {
    filter.push_back(
        {kIfEqual, static_cast<std::uint8_t>(count - i), 0, static_cast<std::uint32_t>(kCalls.at(i).number)});
  }
  filter.push_back({kReturn, 0, 0, SECCOMP_RET_ALLOW});
  filter.push_back({kReturn, 0, 0, SECCOMP_RET_TRACE});
  return filter;
}

}  // namespace perfopt::prof
