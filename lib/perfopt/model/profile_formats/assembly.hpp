// SPDX-License-Identifier: Apache-2.0
// A Profile put together from what a foreign file tells, frame by frame and sample by sample. Internal to
// model/profile_formats/.
//
// Frames, stacks and threads are stored once. Rows of a file without times are summed by stack and thread; rows with
// times are kept up to 4 million, then the resolution of time is doubled until half of them are left. Sums are kept
// exactly; one that does not fit 63 bits is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>

#include "perfopt/model/profile.hpp"

namespace perfopt::model::profile_formats {

enum class Times : std::uint8_t { none, of_samples };

class Assembly {
 public:
  static constexpr std::size_t kMaxRows = std::size_t{1} << 22U;

  // `format` as people know it: "perf script". `origin` names the input in messages.
  Assembly(std::string_view format, std::string_view origin, Times times, std::size_t max_rows = kMaxRows);

  // The measure of that name, made when it is new: rows until then count 0 of it.
  std::size_t measure(std::string_view name, std::string_view unit);
  std::uint32_t frame(const Frame& frame);
  std::uint32_t child(std::uint32_t parent, std::uint32_t frame);
  // `name` of the thread; `process` is the name of the process where that is known to be another.
  std::uint32_t thread(std::uint32_t pid, std::uint32_t tid, std::string_view name, std::string_view process = {});
  void doubt(std::string subject, std::string finding, std::string advice);

  struct Row {
    std::uint32_t stack = StackNode::kRoot;
    std::uint32_t thread = 0;
    std::uint64_t time_ns = 0;  // on the file's own clock
    Activity activity = Activity::running;
  };
  // values[i] is of the i-th measure; those that are left out are 0. `samples`: how many of the file's it stands for.
  void add(const Row& row, std::span<const std::uint64_t> values, std::uint64_t samples = 1);

  [[nodiscard]] const std::string& origin() const noexcept { return origin_; }
  // For what only some formats tell: command, rate, duration, processes.
  [[nodiscard]] Profile& profile() noexcept { return profile_; }

  // Times become those since the first. Throws BadInput when there is no sample at all. `primary`: of the measures.
  [[nodiscard]] Profile take(std::size_t primary);

 private:
  // What rows of a file without times are summed by.
  struct Untimed {
    std::uint32_t stack = StackNode::kRoot;
    std::uint32_t thread = 0;
    Activity activity = Activity::running;
    friend bool operator==(const Untimed&, const Untimed&) = default;
    friend std::size_t hash_value(const Untimed& key) noexcept {
      std::size_t seed = key.stack;
      boost::hash_combine(seed, key.thread);
      boost::hash_combine(seed, static_cast<std::uint8_t>(key.activity));
      return seed;
    }
  };

  void append(const Row& row, std::span<const std::uint64_t> values);
  void coarsen();

  Profile profile_;
  std::string origin_;
  Times times_;
  std::size_t max_rows_;
  std::vector<std::uint64_t> sums_;  // by measure
  boost::unordered_flat_map<std::string, std::uint32_t> frames_;
  boost::unordered_flat_map<std::uint64_t, std::uint32_t> children_;  // parent and frame
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::string, std::string>, std::uint32_t> threads_;
  boost::unordered_flat_map<Untimed, std::size_t> untimed_;  // its row
};

// Whole numbers of a series of real ones, such that each partial sum is the rounded real one: totals stay what they
// were, and no value is off by more than one.
class RunningRound {
 public:
  // Throws BadInput for a value that is negative or not finite, and when the sum leaves 2^53 (beyond, real numbers are
  // not whole ones any more). `place` is the head of the message: "x.json: profiles[0]".
  [[nodiscard]] std::uint64_t next(double value, std::string_view place);

 private:
  double exact_ = 0;
  std::uint64_t given_ = 0;
};

// By the suffix of the file and the form of the module; unknown where neither tells.
[[nodiscard]] Language language_of(std::string_view file, std::string_view module);

}  // namespace perfopt::model::profile_formats
