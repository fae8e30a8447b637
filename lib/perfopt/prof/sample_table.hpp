// SPDX-License-Identifier: Apache-2.0
// The rows of a recording, in bounded memory: when there are too many, the resolution of time is doubled and rows that
// then agree in stack, thread, activity, object and moment become one. Sums are kept exactly.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::prof {

inline constexpr std::size_t kMaxMeasures = 4;
using Values = std::array<std::uint64_t, kMaxMeasures>;

struct SampleRow {
  std::uint64_t time_ns = 0;  // since the start of the recording
  std::uint32_t stack = model::StackNode::kRoot;
  std::uint32_t thread = 0;
  std::uint32_t object = 0;
  model::Activity activity = model::Activity::running;
  Values values{};
};

class SampleTable {
 public:
  static constexpr std::size_t kDefaultMaxRows = 1U << 20U;  // 64 MB at most

  explicit SampleTable(std::size_t max_rows = kDefaultMaxRows) : max_rows_(max_rows) {}

  void add(const SampleRow& row);
  [[nodiscard]] std::span<const SampleRow> rows() const noexcept { return rows_; }
  // 1 as long as no rows were merged.
  [[nodiscard]] std::uint64_t resolution_ns() const noexcept { return resolution_ns_; }

 private:
  void coarsen();
  void merge();  // rows that agree at this resolution

  std::size_t max_rows_;
  std::uint64_t resolution_ns_ = 1;
  std::vector<SampleRow> rows_;
};

}  // namespace perfopt::prof
