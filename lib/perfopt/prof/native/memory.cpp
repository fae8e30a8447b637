// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/memory.hpp"

#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace perfopt::prof {
namespace {

constexpr std::uint64_t kPage = 4096;

// How many bytes from `address` on could be copied. The pages are asked for apart: a transfer is only promised to end
// between the ranges that were named, and the page after the top of a stack is not there.
std::size_t copy_from(pid_t pid, std::uint64_t address, std::span<std::byte> into) {
  constexpr std::size_t kRanges = 8;
  std::size_t copied = 0;
  while (copied < into.size()) {
    std::array<iovec, kRanges> ranges{};
    std::size_t count = 0;
    std::size_t asked = 0;
    for (; count < kRanges && copied + asked < into.size(); ++count) {
      const std::uint64_t from = address + copied + asked;
      const std::size_t length = std::min(static_cast<std::size_t>(kPage - from % kPage), into.size() - copied - asked);
      // An address of another process, which is never followed here.
      ranges[count].iov_base = std::bit_cast<void*>(from);
      ranges[count].iov_len = length;
      asked += length;
    }
    const iovec local{into.data() + copied, asked};
    const ssize_t got = ::process_vm_readv(pid, &local, 1, ranges.data(), count, 0);
    if (got <= 0) break;
    copied += static_cast<std::size_t>(got);
    if (static_cast<std::size_t>(got) < asked) break;
  }
  return copied;
}

}  // namespace

std::optional<std::uint64_t> Memory::word(std::uint64_t address) const {
  std::uint64_t value = 0;
  if (!read(address, std::as_writable_bytes(std::span(&value, 1)))) return std::nullopt;
  return value;
}

bool RemoteMemory::read(std::uint64_t address, std::span<std::byte> into) const {
  const auto inside = [&] {
    return address >= window_ && address - window_ <= filled_ && into.size() <= filled_ - (address - window_);
  };
  if (into.size() > kWindow) return copy_from(pid_, address, into) == into.size();
  if (!inside()) {
    window_ = address;
    filled_ = copy_from(pid_, address, bytes_);
    if (!inside()) return false;
  }
  std::memcpy(into.data(), bytes_ + (address - window_), into.size());
  return true;
}

bool CopiedStack::read(std::uint64_t address, std::span<std::byte> into) const {
  if (address < address_) return false;
  const std::uint64_t offset = address - address_;
  if (offset > bytes_.size() || into.size() > bytes_.size() - offset) return false;
  std::memcpy(into.data(), bytes_.data() + offset, into.size());
  return true;
}

bool LiveStack::read(std::uint64_t address, std::span<std::byte> into) const {
  if (copy_.read(address, into)) return true;
  return address >= end_ && address - end_ < kBehind && goes_on() && process_.read(address, into);
}

bool LiveStack::goes_on() const {
  if (!goes_on_) {
    std::array<std::byte, kEdge> now{};
    const std::span<std::byte> same = std::span(now).first(edge_.size());
    goes_on_ = process_.read(end_ - edge_.size(), same) && std::ranges::equal(same, edge_);
  }
  return *goes_on_;
}

}  // namespace perfopt::prof
