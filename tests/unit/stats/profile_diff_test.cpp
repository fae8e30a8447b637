// SPDX-License-Identifier: Apache-2.0
// Two profiles of one program show nothing, a planted change is found: by simulation with fixed seeds.
#include "perfopt/stats/profile_diff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"

namespace {

using perfopt::Random;
using perfopt::model::Frame;
using perfopt::model::FunctionChange;
using perfopt::model::FunctionVerdict;
using perfopt::model::Profile;
using perfopt::model::ProfileDiff;
using perfopt::model::StackNode;
using perfopt::stats::profile_diff;

constexpr std::uint64_t kPeriodNs = 1'001'001;  // 999 Hz

// main calls each of `functions`; a sample is in one of them.
Profile empty_profile(std::size_t functions) {
  Profile profile;
  profile.backend = "test";
  profile.rate_hz = 999;
  profile.measures = {{"cpu", "ns"}};
  profile.primary = "cpu";
  profile.objects = {""};
  profile.threads.emplace_back();
  profile.samples.values.resize(1);
  for (std::size_t i = 0; i <= functions; ++i) {
    Frame frame;
    frame.function = i == 0 ? "main" : "f" + std::to_string(i);
    profile.frames.push_back(frame);
    profile.stacks.push_back({i == 0 ? StackNode::kRoot : 0, static_cast<std::uint32_t>(i)});
  }
  return profile;
}

void add_sample(Profile& profile, std::size_t function, std::uint64_t time_ns, std::uint64_t weight = kPeriodNs) {
  profile.samples.stack.push_back(static_cast<std::uint32_t>(function));
  profile.samples.thread.push_back(0);
  profile.samples.time_ns.push_back(time_ns);
  profile.samples.activity.push_back(perfopt::model::Activity::running);
  profile.samples.object.push_back(0);
  profile.samples.values[0].push_back(weight);
  ++profile.counts.taken;
}

std::size_t chosen(const std::vector<double>& shares, Random& random) {
  double left = random.unit();
  for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
    left -= shares[i];
    if (left < 0) return i + 1;
  }
  return shares.size();
}

// 999 Hz for `seconds`. The program stays in a function for a while, of `mean_stay` samples on average.
Profile simulated(const std::vector<double>& shares, double seconds, double mean_stay, std::uint64_t seed) {
  Random random(seed);
  Profile profile = empty_profile(shares.size());
  const auto samples = static_cast<std::size_t>(seconds * 999);
  std::size_t function = chosen(shares, random);
  for (std::size_t i = 0; i < samples; ++i) {
    if (random.unit() * mean_stay < 1) function = chosen(shares, random);
    add_sample(profile, function, i * kPeriodNs);
  }
  return profile;
}

// Phases in the same order in every run: 1 s of each of ten functions, their lengths in proportion to `shares`.
Profile in_phases(const std::vector<double>& shares, double seconds, std::uint64_t seed) {
  Random random(seed);
  Profile profile = empty_profile(shares.size());
  std::uint64_t time = 0;
  for (std::size_t phase = 0; phase < shares.size(); ++phase) {
    const double wanted = shares[phase] * seconds * 999 + random.unit() - 0.5;
    for (auto i = static_cast<std::size_t>(std::lround(wanted)); i > 0; --i, time += kPeriodNs) {
      // A tenth of it is spent in whatever else.
      add_sample(profile, random.unit() < 0.1 ? random.below(shares.size()) + 1 : phase + 1, time);
    }
  }
  return profile;
}

bool any_verdict(const ProfileDiff& diff) {
  return std::ranges::any_of(diff.functions,
                             [](const FunctionChange& change) { return change.verdict != FunctionVerdict::same; });
}

FunctionVerdict verdict_of(const ProfileDiff& diff, const std::string& function) {
  const auto found = std::ranges::find(diff.functions, function, &FunctionChange::function);
  REQUIRE(found != diff.functions.end());
  return found->verdict;
}

// 28 functions: one of 30 %, some large ones, a tail.
std::vector<double> typical_shares() {
  std::vector<double> shares = {0.30, 0.15, 0.10, 0.08, 0.06, 0.05, 0.04, 0.03};
  const double rest = 0.19;
  for (int i = 0; i < 20; ++i) shares.push_back(rest / 20);
  return shares;
}

// f3 has 10 % and takes 2 points of the whole more: the others keep their time, so that the run is longer.
std::vector<double> with_two_points_more() {
  std::vector<double> shares = typical_shares();
  const double grown = 0.12 / 0.88 * 0.90;  // x / (0.9 + x) = 0.12
  double sum = 0;
  shares[2] = grown;
  for (const double share : shares) sum += share;
  for (double& share : shares) share /= sum;
  return shares;
}

constexpr int kRuns = 60;

int false_alarms(double mean_stay) {
  int alarms = 0;
  for (int run = 0; run < kRuns; ++run) {
    const auto seed = static_cast<std::uint64_t>(1000 * mean_stay) + static_cast<std::uint64_t>(2 * run);
    const Profile base = simulated(typical_shares(), 10, mean_stay, seed);
    const Profile changed = simulated(typical_shares(), 10, mean_stay, seed + 1);
    alarms += any_verdict(profile_diff(base, 0, changed, 0)) ? 1 : 0;
  }
  MESSAGE("stays of " << mean_stay << " samples: " << alarms << " false alarms of " << kRuns);
  return alarms;
}

}  // namespace

TEST_CASE("two profiles of one program show nothing, 95 times of 100") {
  // At that rate 9 or more of 60 come by chance in less than 3 of 1,000 sets.
  CHECK(false_alarms(1) <= 8);
  CHECK(false_alarms(5) <= 8);
  CHECK(false_alarms(20) <= 8);
  CHECK(false_alarms(50) <= 8);
}

TEST_CASE("a function that takes 2 points more of a profile of 10 s at 999 Hz is found") {
  int found = 0;
  for (std::uint64_t run = 0; run < 40; ++run) {
    const Profile base = simulated(typical_shares(), 10, 1, 77 + 2 * run);
    const Profile changed = simulated(with_two_points_more(), 10 * 0.9 / 0.88, 1, 78 + 2 * run);
    found += verdict_of(profile_diff(base, 0, changed, 0), "f3") == FunctionVerdict::slower ? 1 : 0;
  }
  MESSAGE("found " << found << " of 40");
  CHECK(found >= 30);
}

TEST_CASE("phases that every run has are no noise") {
  const std::vector<double> shares = {0.2, 0.1, 0.1, 0.2, 0.1, 0.3};
  std::vector<double> more = shares;
  more[1] += 0.02;
  int alarms = 0;
  int found = 0;
  for (std::uint64_t run = 0; run < 40; ++run) {
    const Profile base = in_phases(shares, 10, 5 + 3 * run);
    alarms += any_verdict(profile_diff(base, 0, in_phases(shares, 10, 6 + 3 * run), 0)) ? 1 : 0;
    found += verdict_of(profile_diff(base, 0, in_phases(more, 10, 7 + 3 * run), 0), "f2") == FunctionVerdict::slower;
  }
  MESSAGE(alarms << " false alarms, " << found << " found, of 40");
  CHECK(alarms <= 4);
  CHECK(found >= 30);
}

TEST_CASE("a function that shrinks is faster, those that only gain its share are shifted") {
  Profile base = empty_profile(2);
  Profile changed = empty_profile(2);
  Random random(3);
  for (std::uint64_t i = 0; i < 10'000; ++i) add_sample(base, random.unit() < 0.5 ? 1 : 2, i * kPeriodNs);
  for (std::uint64_t i = 0; i < 6'000; ++i) add_sample(changed, random.unit() < 0.8333 ? 1 : 2, i * kPeriodNs);
  const ProfileDiff diff = profile_diff(base, 0, changed, 0);
  CHECK(verdict_of(diff, "f2") == FunctionVerdict::faster);
  CHECK(verdict_of(diff, "f1") == FunctionVerdict::shifted);
  CHECK(verdict_of(diff, "main") == FunctionVerdict::same);
  CHECK(diff.functions.front().function == "f2");
  const FunctionChange& f2 = diff.functions.front();
  CHECK(f2.self.change.low < -0.3333 + 0.02);
  CHECK(f2.self.change.high > -0.3333 - 0.02);
  CHECK(f2.self.absolute.high < 0);
}

TEST_CASE("what is new and what is gone is told") {
  Profile base = empty_profile(3);
  Profile changed = empty_profile(3);
  for (std::uint64_t i = 0; i < 5'000; ++i) add_sample(base, i % 10 == 0 ? 2 : 1, i * kPeriodNs);
  for (std::uint64_t i = 0; i < 5'000; ++i) add_sample(changed, i % 10 == 0 ? 3 : 1, i * kPeriodNs);
  const ProfileDiff diff = profile_diff(base, 0, changed, 0);
  CHECK(verdict_of(diff, "f2") == FunctionVerdict::faster);
  CHECK(verdict_of(diff, "f3") == FunctionVerdict::slower);
  CHECK(verdict_of(diff, "f1") == FunctionVerdict::same);
}

TEST_CASE("without moments samples count as independent, and a doubt says so") {
  Profile base = empty_profile(2);
  Profile changed = empty_profile(2);
  base.rate_hz = changed.rate_hz = 0;
  base.measures = changed.measures = {{"samples", "count"}};
  for (Profile* profile : {&base, &changed}) {
    add_sample(*profile, 1, 0, 900);
    add_sample(*profile, 2, 0, 100);
    profile->counts.taken = 1000;
  }
  changed.samples.values[0] = {800, 200};
  const ProfileDiff diff = profile_diff(base, 0, changed, 0);
  CHECK(verdict_of(diff, "f2") == FunctionVerdict::slower);
  REQUIRE(!diff.doubts.empty());
  CHECK(diff.doubts.front().subject == "times");
  CHECK(diff.base.effective_samples == 1000);
}

TEST_CASE("profiles that cannot be compared are refused") {
  Profile base = empty_profile(1);
  Profile changed = empty_profile(1);
  CHECK_THROWS_AS((void)profile_diff(base, 0, changed, 0), perfopt::BadInput);  // both are empty
  add_sample(base, 1, 0);
  add_sample(changed, 1, 0);
  CHECK(!any_verdict(profile_diff(base, 0, changed, 0)));
  changed.measures = {{"allocs", "count"}};
  CHECK_THROWS_WITH_AS(
      (void)profile_diff(base, 0, changed, 0),
      "one profile counts 'cpu' [ns], the other 'allocs' [count]; compare profiles of one --mode, or choose a "
      "measure that both have (perfprof diff --measure)",
      perfopt::BadInput);
  changed.measures = {{"wall", "ns"}};
  CHECK_THROWS_AS((void)profile_diff(base, 0, changed, 0), perfopt::BadInput);
  changed.measures = {{"samples of another tool", "ns"}};
  const perfopt::model::ProfileDiff few = profile_diff(base, 0, changed, 0);
  for (const perfopt::model::FunctionChange& change : few.functions) {
    CHECK(change.self.change.low >= -1);
    CHECK(change.self.change.high <= 1);
  }
}
