// SPDX-License-Identifier: Apache-2.0
// Records of several rings, written one ring after the other, in the order of time.
//
// perf writes its rings in rounds and marks the end of each. What is not later than the latest record of the round
// before cannot be preceded by anything that comes in a later round: the kernel had written it when that round was
// read.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "perfopt/prof/record/perf_file.hpp"

namespace perfopt::prof {

class RecordQueue {
 public:
  struct Entry {
    std::uint64_t time = 0;
    RawRecord record;
  };

  void add(std::uint64_t time, RawRecord record) {
    latest_ = std::max(latest_, time);
    entries_.push_back({time, std::move(record)});
  }

  // At the end of a round: shows all that is settled, in order.
  template <class Show>
  void finish_round(const Show& show) {
    show_until(settled_, show);
    settled_ = latest_;
  }
  template <class Show>
  void finish(const Show& show) {
    show_until(latest_, show);
  }
  // The smallest offset of what is not shown yet; `otherwise` when there is nothing.
  [[nodiscard]] std::uint64_t oldest_offset(std::uint64_t otherwise) const {
    std::uint64_t oldest = otherwise;
    for (const Entry& entry : entries_) oldest = std::min(oldest, entry.record.offset);
    return oldest;
  }

 private:
  template <class Show>
  void show_until(std::uint64_t time, const Show& show) {
    std::ranges::stable_sort(entries_, {}, &Entry::time);
    const auto end = std::ranges::upper_bound(entries_, time, {}, &Entry::time);
    for (auto entry = entries_.begin(); entry != end; ++entry) show(*entry);
    entries_.erase(entries_.begin(), end);
  }

  std::vector<Entry> entries_;
  std::uint64_t latest_ = 0;
  std::uint64_t settled_ = 0;
};

}  // namespace perfopt::prof
