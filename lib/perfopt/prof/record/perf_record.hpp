// SPDX-License-Identifier: Apache-2.0
// One record of perf_event_open(2), as it lies in a ring buffer or in a perf.data: decoded in place, every length
// checked against the record's own.
//
// Views point into the record and are valid as long as it is. Nothing here needs alignment: records of a compressed
// file have none.
//
//   units   times in nanoseconds of the event's clock
//   errors  parse_record() returns false for a record that does not hold what its type and layout promise
//   source  perf_event_open(2); include/uapi/linux/perf_event.h
#pragma once

#include <linux/perf_event.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "perfopt/prof/native/registers.hpp"

namespace perfopt::prof {

// What an event's attributes say about its records.
struct RecordLayout {
  std::uint64_t sample_type = 0;  // PERF_SAMPLE_*
  std::uint64_t read_format = 0;
  std::uint64_t branch_type = 0;
  std::uint64_t regs_user = 0;  // masks of PERF_REG_X86_*
  std::uint64_t regs_intr = 0;
  bool sample_id_all = false;

  friend bool operator==(const RecordLayout&, const RecordLayout&) = default;
};

[[nodiscard]] RecordLayout layout_of(const perf_event_attr& attr) noexcept;

// The registers that our own events ask for: all that an unwinder can use.
[[nodiscard]] std::uint64_t unwinding_registers() noexcept;

struct PerfRecord {
  std::uint32_t type = 0;  // PERF_RECORD_*
  std::uint16_t misc = 0;  // PERF_RECORD_MISC_*
  std::uint32_t pid = 0;   // of whom the record tells
  std::uint32_t tid = 0;
  std::uint64_t time = 0;  // 0: the layout has none
  std::uint64_t id = 0;    // of the event; 0: the layout has none
  std::uint32_t cpu = 0;

  std::uint32_t parent_pid = 0;  // FORK, EXIT
  std::uint32_t parent_tid = 0;
  std::uint64_t lost = 0;  // LOST, LOST_SAMPLES

  std::string_view name;  // COMM: of the thread; MMAP, MMAP2: path
  std::uint64_t address = 0;
  std::uint64_t length = 0;
  std::uint64_t offset = 0;
  std::uint64_t device = 0;  // as makedev(3) makes it; 0 unknown
  std::uint64_t inode = 0;
  std::span<const std::byte> build_id;
  bool executable = false;

  std::uint64_t ip = 0;  // SAMPLE
  std::uint64_t period = 0;
  std::vector<std::uint64_t> chain;  // with the marks PERF_CONTEXT_*, innermost first
  Registers registers;               // user side; none known for a kernel thread or a 32-bit one
  std::span<const std::byte> stack;  // from the stack pointer upwards
  std::uint64_t stack_asked = 0;     // bytes; as many as `stack` has when the stack goes on behind the copy
};

// Decodes the record that fills `bytes`, header included. `into` keeps its memory for the next one.
[[nodiscard]] bool parse_record(std::span<const std::byte> bytes, const RecordLayout& layout, PerfRecord& into);

// Reads the event's id from a record of which only the type is known, for files whose events differ in their layout:
// `front` and `back` say where the layouts agree to have it (bytes behind the header; 8-byte words from the end).
struct IdPlace {
  std::size_t front = 0;
  std::size_t back = 1;
};
// Empty sample types have no id; false when there is none.
[[nodiscard]] bool id_place(const RecordLayout& layout, IdPlace& into) noexcept;
[[nodiscard]] std::uint64_t id_at(std::span<const std::byte> bytes, const IdPlace& place) noexcept;

// Splits a chain at its marks: what the kernel ran, and what the user side ran.
void split_chain(std::span<const std::uint64_t> chain, std::vector<std::uint64_t>& kernel,
                 std::vector<std::uint64_t>& user);

// A cursor over bytes that others wrote: what does not fit is zero, and ok() false from then on.
class RecordCursor {
 public:
  explicit RecordCursor(std::span<const std::byte> bytes) noexcept : rest_(bytes) {}

  template <class T>
  T take() noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    const auto from = take_bytes(sizeof value);
    if (!from.empty()) std::memcpy(&value, from.data(), sizeof value);
    return value;
  }
  // Empty when there are not that many.
  std::span<const std::byte> take_bytes(std::uint64_t count) noexcept {
    if (count > rest_.size()) {
      ok_ = false;
      rest_ = {};
      return {};
    }
    const auto taken = rest_.first(static_cast<std::size_t>(count));
    rest_ = rest_.subspan(static_cast<std::size_t>(count));
    return taken;
  }
  // `count` items of `size` bytes each, without overflow.
  std::span<const std::byte> take_items(std::uint64_t count, std::uint64_t size) noexcept {
    return take_bytes(count > rest_.size() / size ? rest_.size() + std::uint64_t{1} : count * size);
  }
  // Up to the first zero byte, or all that is left.
  std::string_view take_text() noexcept {
    const auto* text = reinterpret_cast<const char*>(rest_.data());
    const std::size_t length = rest_.empty() ? 0 : ::strnlen(text, rest_.size());
    rest_ = {};
    return {length == 0 ? "" : text, length};
  }
  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  std::span<const std::byte> rest_;
  bool ok_ = true;
};

}  // namespace perfopt::prof
