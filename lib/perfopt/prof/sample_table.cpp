// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/sample_table.hpp"

#include <algorithm>
#include <tuple>

namespace perfopt::prof {
namespace {

auto place(const SampleRow& row) {
  return std::tie(row.time_ns, row.thread, row.activity, row.stack, row.object);
}

}  // namespace

void SampleTable::add(const SampleRow& row) {
  rows_.push_back(row);
  rows_.back().time_ns -= row.time_ns % resolution_ns_;
  if (rows_.size() >= max_rows_) coarsen();
}

// Makes a quarter of the room free, so that adding stays cheap. With more distinct places than rows it ends at a
// resolution at which time no longer matters, and the room grows.
void SampleTable::coarsen() {
  constexpr std::uint64_t kFirst = 1'000'000;  // a millisecond: finer than the usual rates merges nothing
  constexpr std::uint64_t kLast = std::uint64_t{1} << 62U;
  merge();
  while (rows_.size() > max_rows_ - max_rows_ / 4 && resolution_ns_ < kLast) {
    resolution_ns_ = std::max(kFirst, resolution_ns_ * 2);
    merge();
  }
  if (rows_.size() > max_rows_ - max_rows_ / 4) max_rows_ *= 2;
}

void SampleTable::merge() {
  for (SampleRow& row : rows_) row.time_ns -= row.time_ns % resolution_ns_;
  std::ranges::stable_sort(rows_, [](const SampleRow& a, const SampleRow& b) { return place(a) < place(b); });
  std::size_t kept = 0;
  for (std::size_t i = 1; i < rows_.size(); ++i) {
    if (place(rows_[i]) == place(rows_[kept])) {
      for (std::size_t m = 0; m < kMaxMeasures; ++m) rows_[kept].values[m] += rows_[i].values[m];
    } else {
      rows_[++kept] = rows_[i];
    }
  }
  rows_.resize(kept + 1);
}

}  // namespace perfopt::prof
