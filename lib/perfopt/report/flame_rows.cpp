// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_rows.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

namespace perfopt::report {
namespace {

constexpr std::size_t kActivities = 12;
constexpr std::uint32_t kAbsent = ~std::uint32_t{0};

auto key(const FlameRow& row) {
  return std::tie(row.node, row.thread, row.activity, row.bucket);
}

// Numbers those that occur, ascending, so that a page lists no thread without a value.
template <class T>
std::vector<T> numbered(std::vector<std::uint32_t>& number) {
  std::vector<T> seen;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] == kAbsent) continue;
    number[i] = static_cast<std::uint32_t>(seen.size());
    seen.push_back(static_cast<T>(i));
  }
  return seen;
}

void merge_neighbours(std::vector<FlameRow>& rows) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (kept > 0 && key(rows[kept - 1]) == key(rows[i])) {
      rows[kept - 1].value += rows[i].value;
    } else {
      rows[kept++] = rows[i];
    }
  }
  rows.resize(kept);
}

// The bucket is the last of the key: halving it keeps the order.
void coarsen(FlameRows& all, std::size_t most) {
  while (all.rows.size() > most && all.bucket_ns > 0) {
    const bool is_one = std::ranges::all_of(all.rows, [](const FlameRow& row) { return row.bucket <= 1; });
    for (FlameRow& row : all.rows) row.bucket /= 2;
    all.bucket_ns = is_one ? 0 : 2 * all.bucket_ns;
    merge_neighbours(all.rows);
  }
  if (all.rows.size() > most) all = {};
}

}  // namespace

FlameRows flame_rows(const ProfileView& view, const stats::FlameTree& tree, std::size_t most, std::size_t buckets,
                     unsigned shift) {
  const model::Profile& profile = view.source();
  const model::Samples& samples = profile.samples;
  FlameRows all;
  if (!view.measure || tree.of_stack.size() != profile.stacks.size()) return all;
  const std::vector<std::uint64_t>& values = samples.values[*view.measure];
  std::vector<std::uint32_t> thread(profile.threads.size() + 1, kAbsent);  // the last: of none that is told
  std::vector<std::uint32_t> activity(kActivities, kAbsent);
  const auto thread_of = [&](std::size_t row) { return std::min<std::size_t>(samples.thread[row], thread.size() - 1); };
  std::uint64_t first = ~std::uint64_t{0};
  std::uint64_t last = 0;
  for (std::size_t row = 0; row < samples.size(); ++row) {
    if (values[row] == 0) continue;
    thread[thread_of(row)] = 0;
    activity.at(static_cast<std::size_t>(samples.activity[row])) = 0;
    first = std::min(first, samples.time_ns[row]);
    last = std::max(last, samples.time_ns[row]);
  }
  all.threads = numbered<std::uint32_t>(thread);
  all.activities = numbered<model::Activity>(activity);
  if (last > first) all.bucket_ns = std::max<std::uint64_t>(last / buckets + 1, 1);
  all.rows.reserve(samples.size());
  for (std::size_t row = 0; row < samples.size(); ++row) {
    if (values[row] == 0) continue;
    const std::uint32_t stack = samples.stack[row];
    all.rows.push_back({.node = stack == model::StackNode::kRoot ? tree.no_stack : tree.of_stack[stack],
                        .thread = thread[thread_of(row)],
                        .activity = activity[static_cast<std::size_t>(samples.activity[row])],
                        .bucket = all.bucket_ns == 0 ? 0 : samples.time_ns[row] / all.bucket_ns,
                        .value = values[row] >> shift});
  }
  std::ranges::sort(all.rows, [](const FlameRow& a, const FlameRow& b) { return key(a) < key(b); });
  merge_neighbours(all.rows);
  coarsen(all, most);
  return all;
}

}  // namespace perfopt::report
