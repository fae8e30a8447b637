// SPDX-License-Identifier: Apache-2.0
// Measures one problem at one size: warm-up, limits, interleaved and verified rounds.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/bench/limits.hpp"
#include "perfopt/bench/plan.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/cancellation.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/model/suite.hpp"

namespace perfopt::bench {

// How long a case may take, in seconds from now.
struct TimeBudget {
  double fair = 0;  // its share: the number of rounds is chosen to fit
  double most = 0;  // a case whose fewest rounds would take longer is skipped
};

class CaseRunner {
 public:
  CaseRunner(const PlannedCase& planned, const RunOptions& options, std::filesystem::path scratch, LimitProbe& limits,
             Services& services, const Cancellation& cancellation);
  ~CaseRunner();
  CaseRunner(const CaseRunner&) = delete;
  CaseRunner& operator=(const CaseRunner&) = delete;

  // The measured and judged case; empty when it was cancelled before its end.
  [[nodiscard]] std::optional<model::Case> run(TimeBudget budget);

 private:
  struct Lane;  // one strategy of this case while it is measured

  void warm_up();
  [[nodiscard]] std::uint64_t choose_instances() const;
  [[nodiscard]] unsigned choose_rounds(TimeBudget budget);
  void run_round(std::uint64_t round, const std::vector<std::size_t>& order);
  void run_lane(Lane& lane, std::uint64_t round, std::uint32_t position);
  void compare_with_baseline(std::uint64_t round);
  void probe_limits();
  void apply_limits();
  void refuse_impossible();
  [[nodiscard]] std::unique_ptr<Workload> make(const Lane& lane, std::uint64_t seed) const;
  [[nodiscard]] std::uint64_t seed_of(std::uint64_t round, std::uint64_t instance) const;
  [[nodiscard]] std::string difference(const Lane& lane, std::uint64_t seed) const;
  template <class F>
  void guarded(Lane& lane, F&& step);
  void skip_for_time(const std::string& reason);
  void fail(Lane& lane, model::Status status, const std::string& reason);

  const PlannedCase& planned_;
  const RunOptions& options_;
  std::filesystem::path scratch_;
  LimitProbe& limits_;
  Services& services_;
  const Cancellation& cancellation_;
  Random random_;
  model::Case case_;
  std::vector<Lane> lanes_;
  std::uint64_t instances_ = 1;
};

}  // namespace perfopt::bench
