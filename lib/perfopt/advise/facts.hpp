// SPDX-License-Identifier: Apache-2.0
// What the rules look at: a profile with its sums, the user's functions and what was claimed by a rule before.
//
// A rule marks the stacks whose time it explains as claimed, so that no later rule gives a second cause for the same
// time: the more special rules come first in the table of advise.cpp. Shares are of the program's time: of the CPU time
// or of the elapsed time less what other programs took of it, whichever is longer, so that they bound what a cure can
// save (Amdahl).
// Source: Wilson, JASA 22 (1927), for the interval of a share; samples count, not rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/model/profile.hpp"
#include "perfopt/model/recommendation.hpp"
#include "perfopt/stats/function_table.hpp"
#include "perfopt/stats/library_work.hpp"
#include "perfopt/stats/own_code.hpp"
#include "perfopt/stats/waits.hpp"

namespace perfopt::advise {

// Time that was spent on behalf of one function of the user's program.
struct Site {
  std::uint32_t frame = model::StackNode::kRoot;  // the user's, at its hottest line; kRoot: no such function
  std::uint64_t value = 0;
  std::vector<std::uint32_t> stacks;
};

struct Finding {
  std::vector<Site> sites;  // the largest first
  std::uint64_t value = 0;  // of all

  [[nodiscard]] bool empty() const noexcept { return sites.empty(); }
};

// Waits by the user's function: `value` is wall time summed over threads [ns].
struct Waiting {
  Finding finding;
  std::uint64_t count = 0;          // rows
  std::set<std::uint32_t> threads;  // indices
};

class Facts {
 public:
  using FrameTest = std::function<bool(const model::Frame&)>;

  explicit Facts(const model::Profile& profile);

  const model::Profile& profile;
  std::vector<std::uint64_t> cpu;     // by stack; 0 where the profile has none
  std::vector<std::uint64_t> faults;  // page faults by stack
  std::vector<std::uint32_t> places;  // stats::own_places
  std::vector<std::optional<stats::Work>> work;
  stats::Concurrency concurrency;
  std::uint64_t cpu_ns = 0;
  std::uint64_t preempted_ns = 0;  // summed over threads
  std::uint64_t elapsed_ns = 0;

  // Stacks of which a frame below the user's function, nearer to the leaf, passes. Each function is asked once.
  [[nodiscard]] std::vector<bool> below_user(const FrameTest& test) const;
  // Stacks whose innermost frame passes.
  [[nodiscard]] std::vector<bool> innermost(const FrameTest& test) const;
  [[nodiscard]] std::vector<bool> doing(stats::Work work) const;

  // The unclaimed of these stacks by the user's function, with their values.
  [[nodiscard]] Finding find(const std::vector<bool>& stacks, const std::vector<std::uint64_t>& values) const;
  // The unclaimed rows that are no running and pass.
  [[nodiscard]] Waiting find_waits(const std::function<bool(std::size_t row)>& test) const;
  void claim(const Finding& finding);
  void claim(std::uint32_t stack) { claimed_[stack] = true; }
  [[nodiscard]] bool claimed(std::uint32_t stack) const { return claimed_[stack]; }

  // Of the recording's twentieths, how many saw rows of these stacks: what lasts is work, what does not is a start.
  [[nodiscard]] double spread(const Finding& finding) const;

  // The program's time, which shares are of [ns].
  [[nodiscard]] double time_ns() const;
  [[nodiscard]] double share(std::uint64_t cpu_time_ns) const { return static_cast<double>(cpu_time_ns) / time_ns(); }
  // By sampling: for a part of the CPU time.
  [[nodiscard]] model::Impact sampled(std::uint64_t cpu_time_ns) const;
  // For what was measured, not sampled.
  [[nodiscard]] static model::Impact exact(double share);

  // By thread [ns]: on a CPU, and ready without one; and how long each lived.
  [[nodiscard]] std::vector<std::uint64_t> thread_cpu() const;
  [[nodiscard]] std::vector<std::uint64_t> thread_preempted() const;
  [[nodiscard]] std::uint64_t lifetime_ns(std::uint32_t thread) const;
  // The stack was at work for the function that this site is about: it is the user's function nearest to the leaf.
  [[nodiscard]] bool is_at(const Site& site, std::uint32_t stack) const;
  // The stacks that this function stands in, whatever it called.
  [[nodiscard]] std::vector<bool> within(const Site& site) const;
  // All that was spent, claimed or not, on behalf of the function that this site is about.
  [[nodiscard]] std::uint64_t spent_in(const Site& site, const std::vector<std::uint64_t>& values) const;
  // Cores that the program could use.
  [[nodiscard]] unsigned cores() const;

  // A finding is worth telling: enough samples, enough of the time, and not only at the start.
  [[nodiscard]] bool matters(const Finding& finding, double least_share) const;

 private:
  [[nodiscard]] Finding grouped(const std::map<std::uint32_t, std::uint64_t>& values) const;  // by stack
  [[nodiscard]] std::vector<bool> frames_passing(const FrameTest& test) const;

  stats::FunctionTable functions_;
  std::vector<stats::Owner> owners_;  // by frame
  std::vector<bool> claimed_;         // by stack
};

// "38.2 %"
[[nodiscard]] std::string percent(double share);
// One evidence a site, three at most: "12 % of the time" and `what`. `whole_ns`: what 100 % is; 0: the program's time.
[[nodiscard]] std::vector<model::Evidence> evidence_of(const Facts& facts, const Finding& finding,
                                                       std::string_view what, double whole_ns = 0);
[[nodiscard]] model::Evidence evidence_at(const Facts& facts, const Site& site, std::string text);
// "perfbench command --base '...'": how a change to the profiled command is verified.
[[nodiscard]] std::string verify_command(const model::Profile& profile);

}  // namespace perfopt::advise
