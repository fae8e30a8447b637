// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/stopped_thread.hpp"

#include <sys/ptrace.h>
#include <sys/uio.h>

#include <algorithm>
#include <cstring>

namespace perfopt::prof {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::uint64_t kLongMode = 0x33;  // the code segment of 64-bit programs

}  // namespace

std::optional<user_regs_struct> user_registers(pid_t tid) {
  user_regs_struct user{};
  if (::ptrace(PTRACE_GETREGS, tid, nullptr, &user) != 0 || user.cs != kLongMode) return std::nullopt;
  return user;
}

Registers registers_of(const user_regs_struct& user) {
  // In the order of DWARF for x86-64 (System V ABI, figure 3.36).
  const std::array<std::uint64_t, Registers::kCount> values{user.rax, user.rdx, user.rcx, user.rbx, user.rsi, user.rdi,
                                                            user.rbp, user.rsp, user.r8,  user.r9,  user.r10, user.r11,
                                                            user.r12, user.r13, user.r14, user.r15, user.rip};
  Registers registers;
  for (std::size_t i = 0; i < values.size(); ++i) registers.set(i, values.at(i));
  return registers;
}

StackCopy::StackCopy(pid_t pid, std::uint64_t sp) : address_(sp), beyond_(pid) {
  // Page by page: the copy ends where the first cannot be read.
  std::array<iovec, kBytes / kPage + 1> pages{};
  std::size_t count = 0;
  for (std::uint64_t left = kBytes, at = sp; left > 0; ++count) {
    const std::uint64_t part = std::min<std::uint64_t>(kPage - at % kPage, left);
    pages.at(count) = {reinterpret_cast<void*>(at), part};  // NOLINT(performance-no-int-to-ptr)
    at += part;
    left -= part;
  }
  const iovec local{bytes_.data(), bytes_.size()};
  const ssize_t got = ::process_vm_readv(pid, &local, 1, pages.data(), count, 0);
  filled_ = got > 0 ? static_cast<std::size_t>(got) : 0;
}

bool StackCopy::read(std::uint64_t address, std::span<std::byte> into) const {
  const std::uint64_t offset = address - address_;
  if (offset > filled_ || into.size() > filled_ - offset) return beyond_.read(address, into);
  std::memcpy(into.data(), bytes_.data() + offset, into.size());
  return true;
}

}  // namespace perfopt::prof
