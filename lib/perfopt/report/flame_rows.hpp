// SPDX-License-Identifier: Apache-2.0
// The values of a flame graph's nodes split by thread, activity and moment, in no more rows than a page can hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "perfopt/report/profile_view.hpp"

namespace perfopt::report {

struct FlameRow {
  std::uint32_t node = 0;
  std::uint32_t thread = 0;    // index into FlameRows::threads
  std::uint32_t activity = 0;  // index into FlameRows::activities
  std::uint64_t bucket = 0;    // of bucket_ns
  std::uint64_t value = 0;
};

struct FlameRows {
  std::vector<FlameRow> rows;          // by node, thread, activity and bucket, each once
  std::vector<std::uint32_t> threads;  // of the profile; those with a value
  std::vector<model::Activity> activities;
  std::uint64_t bucket_ns = 0;  // 0: one bucket, since the profile tells no times or there would be too many rows

  // One row a node says no more than the tree.
  [[nodiscard]] bool tells_more() const { return threads.size() > 1 || activities.size() > 1 || bucket_ns > 0; }
};

// At most `most` rows: buckets are made coarser until they fit. Empty when not even one bucket does. Values are
// shifted right by `shift` bits.
// `tree` is that of the view or a smaller one (flame_size.hpp).
[[nodiscard]] FlameRows flame_rows(const ProfileView& view, const stats::FlameTree& tree, std::size_t most,
                                   std::size_t buckets, unsigned shift);

}  // namespace perfopt::report
