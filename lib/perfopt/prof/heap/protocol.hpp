// SPDX-License-Identifier: Apache-2.0
// What the library that is preloaded into a program and perfprof say to each other about its heap.
//
// Each process image has a file of its own in the directory that the variable kDirectoryVariable names: a header and a
// ring of 8-byte words, mapped by both. It holds what was written when the program crashes. The library creates it
// under another name and renames it to "heap.PID.START_NS" when it is complete; the reader removes it as soon as it
// has mapped it. The library never waits for the reader: what does not fit is counted in `lost`.
//
// A record is a word `kind | words << 8` (its whole length) and what its kind says:
//   start   time, name of the program (bytes, padded with zeros)
//   map     address, length, offset in the file, path (bytes, padded with zeros): executable code
//   alloc   time, thread, address, bytes asked for, mean interval between samples [bytes], return addresses, innermost
//           first; a last word kCut when the stack went on
//   free    time, thread, address: of a block whose allocation was sampled
// Times are CLOCK_MONOTONIC nanoseconds. The reader must not trust a word of it: the program can write there as well.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace perfopt::prof::heap {

inline constexpr const char* kDirectoryVariable = "PERFOPT_HEAP_DIRECTORY";
inline constexpr std::uint64_t kMagic = 0x3150414548504650U;  // "PFPHEAP1"
inline constexpr std::size_t kHeaderBytes = 4096;
inline constexpr std::uint64_t kRingWords = 1U << 17U;  // 1 MiB, a power of two
inline constexpr std::size_t kMostFrames = 256;
inline constexpr std::size_t kMostWords = 1024;  // of a record
inline constexpr std::uint64_t kCut = ~std::uint64_t{0};

enum class Kind : std::uint8_t { start = 1, map = 2, alloc = 3, free = 4 };

struct Header {
  std::uint64_t magic;
  std::uint32_t pid;
  std::uint32_t parent_pid;
  std::uint64_t start_ns;
  std::uint32_t own_malloc;                // 1: the program brings its own malloc, which we do not see
  std::atomic<std::uint32_t> not_watched;  // sampled blocks whose end is not seen: too many at once
  std::atomic<std::uint64_t> written;      // words, ever
  std::atomic<std::uint64_t> read;         // words, ever
  std::atomic<std::uint64_t> lost;         // records
};
static_assert(sizeof(Header) <= kHeaderBytes);
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

}  // namespace perfopt::prof::heap
