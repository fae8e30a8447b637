// SPDX-License-Identifier: Apache-2.0
// What the script draws over time in the place of the static pictures.
#include <algorithm>
#include <cstddef>
#include <vector>

#include "perfopt/report/line_buckets.hpp"
#include "perfopt/report/thread_timeline.hpp"

namespace perfopt::report {
namespace {

constexpr double kNsPerS = 1e9;
constexpr LineAxis kTime{.label = "time", .unit = "s"};

}  // namespace

std::string concurrency_island(const ProfileView& view, std::string_view id) {
  if (view.concurrency.running.size() < 2) return "";
  const stats::Concurrency fine = stats::concurrency(view.profile, kMostLineBuckets);
  if (fine.running.size() <= kFewLinePoints) return "";
  std::vector<double> x;
  std::vector<double> alive;
  for (std::size_t i = 0; i < fine.running.size(); ++i) {
    x.push_back((static_cast<double>(i) + 0.5) * static_cast<double>(fine.bucket_ns) / kNsPerS);
    alive.push_back(fine.running[i] + (i < fine.waiting.size() ? fine.waiting[i] : 0));
  }
  return lines_island(id, "Threads over time", kTime, {.label = "threads", .unit = "count", .from_zero = true},
                      {{"on a CPU", line_buckets(x, fine.running)}, {"alive", line_buckets(x, alive)}});
}

std::string memory_island(const model::Profile& profile, std::string_view id) {
  if (profile.memory.size() <= kFewLinePoints || memory_chart(profile).empty()) return "";
  std::vector<model::MemoryPoint> points = profile.memory;
  std::ranges::stable_sort(points, {}, &model::MemoryPoint::time_ns);
  std::vector<double> x;
  std::vector<double> y;
  for (const model::MemoryPoint& point : points) {
    x.push_back(static_cast<double>(point.time_ns) / kNsPerS);
    y.push_back(static_cast<double>(point.rss_bytes));
  }
  return lines_island(id, "Resident memory of all processes over time", kTime,
                      {.label = "resident memory", .unit = "bytes", .from_zero = true},
                      {{"resident memory", line_buckets(x, y)}});
}

}  // namespace perfopt::report
