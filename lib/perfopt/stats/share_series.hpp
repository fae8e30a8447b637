// SPDX-License-Identifier: Apache-2.0
// How sure the shares of a profile's functions are, with samples that are clustered in time.
//
// Rows are ordered by their moment and cut into blocks of equal weight; a function's part of each block is a series
// whose variance says how much another run would differ. Differences of neighbouring blocks are taken (von Neumann,
// Ann. Math. Stat. 12(4), 1941), so that a slow trend counts little, and at three lengths of blocks, so that bursts of
// any length count; the largest variance holds, but never less than that of independent samples (profile_diff.cpp).
//
// Whether a function that is there for a while and gone again is a phase, which the next run has too, or a burst, which
// it has elsewhere or not, one run does not tell: two do. Where both have it at the same places (alike()), the largest
// tenth of the squares of the longer lengths is left out, the variance scaled for that: a function of one or two phases
// has no noise from them. Bursts longer than 1/200 of a run are too few to be judged; they may be told as changes.
//
// Profiles without moments of their samples have the variance of independent samples alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::stats {

enum class ShareKind : std::uint8_t { self, total };

class ShareSeries {
 public:
  static constexpr std::size_t kBlocks = 640;  // the finest; then a quarter and a sixteenth of them

  ShareSeries(const model::Profile& profile, std::size_t measure);

  [[nodiscard]] std::uint64_t sum() const noexcept { return sum_; }
  // As many samples of equal weight would be as sure: (sum of weights)^2 / sum of squares. Files without moments tell
  // how many there were.
  [[nodiscard]] double samples() const noexcept { return samples_; }
  [[nodiscard]] bool timed() const noexcept { return timed_; }

  // By name of function (stats::frame_name), what it has of the measure.
  using Sums = std::unordered_map<std::string, std::uint64_t>;
  [[nodiscard]] const Sums& sums(ShareKind kind) const { return kind == ShareKind::self ? self_ : total_; }
  // The first frame of that name; nullptr when there is none.
  [[nodiscard]] const model::Frame* frame(const std::string& function) const;

  // Of a function: its part of the whole in each block, in the order of time. Empty without moments, or for too few
  // samples (160).
  using Course = std::vector<double>;
  [[nodiscard]] std::vector<Course> courses(ShareKind kind, const std::vector<std::string>& functions) const;

 private:
  struct Row {
    std::uint32_t stack = 0;
    std::uint64_t value = 0;
  };
  // Index of the function's name for each frame.
  void name_frames();
  // Calls visit(name index, is_leaf) once for each function of a stack.
  template <class Visit>
  void functions_of(std::uint32_t stack, std::vector<std::uint32_t>& scratch, Visit visit) const;

  const model::Profile& profile_;
  std::vector<Row> rows_;  // by time
  std::uint64_t sum_ = 0;
  double samples_ = 0;
  bool timed_ = false;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> name_of_;   // by frame; the last is that of rows without a stack
  std::vector<std::uint32_t> frame_of_;  // by name
  std::unordered_map<std::string, std::uint32_t> index_;
  Sums self_, total_;
};

// Both runs have the function at the same places, 3 % of a run here or there: what comes and goes with it are phases of
// the program.
[[nodiscard]] bool alike(const ShareSeries::Course& a, const ShareSeries::Course& b);

// As many blocks of the middle length, each with as much of the function, would be as uneven: what a variance of its
// bursts rests on.
[[nodiscard]] double bursts(const ShareSeries::Course& course);

// Of the sum of a course; 0 for an empty one.
[[nodiscard]] double share_variance(const ShareSeries::Course& course, bool phases);

}  // namespace perfopt::stats
