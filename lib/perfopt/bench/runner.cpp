// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/runner.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <set>

#include <tbb/global_control.h>

#include "perfopt/bench/case_runner.hpp"
#include "perfopt/bench/catalogue.hpp"
#include "perfopt/bench/limits.hpp"
#include "perfopt/bench/plan.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/host/environment.hpp"
#include "perfopt/stats/judge.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;
using model::Case;
using model::Status;
using model::Suite;

// A bracket this narrow puts the interpolated crossover within a factor of two of the true one.
constexpr double kNarrowBracket = 2;
constexpr int kMostRefinements = 6;      // per problem
constexpr double kMostForSlowCase = 20;  // seconds
constexpr std::string_view kTempPrefix = "perfbench";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

model::Settings settings_of(const RunOptions& options) {
  model::Settings settings;
  settings.categories = options.categories;
  settings.level = level_name(options.level);
  settings.sizes = options.sizes_text;
  settings.filter = options.filter;
  settings.disabled = options.disabled;
  settings.seed = options.seed;
  settings.max_time_s = options.max_time_s;
  settings.repetitions = options.repetitions;
  settings.min_time_s = options.min_time_s;
  settings.threads = options.threads;
  settings.memory_limit_bytes = options.memory_limit_bytes;
  settings.file_limit_bytes = options.file_limit_bytes;
  settings.connection_limit = options.connection_limit;
  settings.ranks = options.ranks;
  settings.environment = options.environment;
  return settings;
}

Suite blank_suite(const RunOptions& options) {
  Suite suite;
  suite.started = utc_text(utc_now_s());
  suite.settings = settings_of(options);
  suite.environment = host::read_environment("/", options.scratch);
  for (const std::string_view category : kCategories) {
    if (category_chosen(options, category) && !missing_reason(category).empty()) {
      suite.skipped_categories.push_back({std::string(category), std::string(missing_reason(category))});
    }
  }
  return suite;
}

// Names the first setting in which an interrupted run differs: its rounds would not be comparable.
void require_same_settings(const Suite& previous, const Suite& now) {
  const auto require = [](bool same, const char* what) {
    if (!same)
      throw BadInput(std::string("--resume: the interrupted run had another ") + what +
                     "; start anew without --resume");
  };
  const model::Settings& a = previous.settings;
  const model::Settings& b = now.settings;
  require(a.categories == b.categories, "choice of categories");
  require(a.level == b.level, "--level");
  require(a.sizes == b.sizes, "--sizes");
  require(a.filter == b.filter, "--filter");
  require(a.disabled == b.disabled, "configuration of switched-off strategies");
  require(a.seed == b.seed, "--seed");
  require(a.repetitions == b.repetitions, "--repetitions");
  require(a.min_time_s == b.min_time_s, "--benchmark_min_time");
  require(a.threads == b.threads, "--threads");
  require(a.ranks == b.ranks, "--ranks");
  require(previous.environment.cpu_model == now.environment.cpu_model, "CPU");
  require(previous.environment.commit == now.environment.commit, "build of perfopt");
}

class SuiteRunner {
 public:
  SuiteRunner(const RunOptions& options, Observer& observer, const Cancellation& cancellation)
      : options_(options),
        observer_(observer),
        cancellation_(cancellation),
        suite_(blank_suite(options)),
        scratch_(kTempPrefix, options.scratch),
        limits_(scratch_.path()),
        services_({scratch_.path(), options.connection_limit, options.ranks, options.database_url}),
        threads_(tbb::global_control::max_allowed_parallelism, options.threads) {}

  Suite run(std::optional<Suite> previous);

 private:
  void take_over(Suite previous);
  void run_one(const PlannedCase& planned);
  [[nodiscard]] std::optional<Case> measure(const PlannedCase& planned);
  [[nodiscard]] bool is_done(const PlannedCase& planned) const;
  void refine(const Problem& problem);
  [[nodiscard]] std::optional<std::size_t> size_to_add(const Problem& problem) const;
  void report_progress(const PlannedCase& planned);
  [[nodiscard]] double time_left() const { return options_.max_time_s - elapsed_before_ - seconds_since(start_); }
  [[nodiscard]] double waiting_weight() const;
  [[nodiscard]] TimeBudget budget(const Problem& problem) const;
  void finish(bool complete);

  const RunOptions& options_;
  Observer& observer_;
  const Cancellation& cancellation_;
  Suite suite_;
  TempDir scratch_;
  LimitProbe limits_;
  Services services_;
  tbb::global_control threads_;
  std::deque<PlannedCase> waiting_;
  Clock::time_point start_ = Clock::now();
  double elapsed_before_ = 0;  // of the run that is resumed
  double planned_share_ = 0;   // seconds for a planned case of weight 1
};

void SuiteRunner::take_over(Suite previous) {
  require_same_settings(previous, suite_);
  elapsed_before_ = previous.elapsed_s;
  suite_.started = previous.started;
  suite_.cases = std::move(previous.cases);
  std::erase_if(suite_.cases, [](const Case& one) { return one.out_of_time; });
  for (Case& one : suite_.cases) stats::judge(one);
}

bool SuiteRunner::is_done(const PlannedCase& planned) const {
  return std::ranges::any_of(suite_.cases, [&](const Case& one) {
    return one.category == planned.problem->category && one.problem == planned.problem->name &&
           one.size == planned.size;
  });
}

// Of all cases that are planned and not begun.
double SuiteRunner::waiting_weight() const {
  double weight = 0;
  for (const PlannedCase& planned : waiting_) weight += planned.problem->weight;
  return weight;
}

// A share of what is left by weight, with room for the sizes that are added to narrow crossovers. A case whose fewest
// rounds need more may take it from the others: a round trip over a slow link or a commit to the disk cannot be made
// shorter.
TimeBudget SuiteRunner::budget(const Problem& problem) const {
  std::set<const Problem*> problems;
  for (const PlannedCase& planned : waiting_) problems.insert(planned.problem);
  const double room = options_.refine ? static_cast<double>(problems.size()) : 0;
  const double left = std::max(time_left(), 0.0);
  const double fair = left * problem.weight / (waiting_weight() + room + problem.weight);
  return {fair * 0.85, std::min(left, std::max(fair * 4, kMostForSlowCase))};
}

void SuiteRunner::report_progress(const PlannedCase& planned) {
  const std::string name = case_name(describe(planned));
  observer_.progress(
      {name, suite_.cases.size(), suite_.cases.size() + waiting_.size() + 1, std::max(time_left(), 0.0)});
}

std::optional<Case> SuiteRunner::measure(const PlannedCase& planned) {
  if (!planned.skip_reason.empty()) return describe(planned);
  if (time_left() <= 0) {
    PlannedCase late = planned;
    late.skip_reason = "the time was used up (--max-time)";
    Case skipped = describe(late);
    skipped.out_of_time = true;
    return skipped;
  }
  const TempDir scratch("case", scratch_.path());
  CaseRunner runner(planned, options_, scratch.path(), limits_, services_, cancellation_);
  return runner.run(budget(*planned.problem));
}

void SuiteRunner::run_one(const PlannedCase& planned) {
  if (is_done(planned)) return;
  report_progress(planned);
  std::optional<Case> finished = measure(planned);
  if (!finished) {
    waiting_.push_front(planned);  // cancelled: it is missing
    return;
  }
  suite_.cases.push_back(std::move(*finished));
  finish(false);
  observer_.finished(suite_.cases.back(), suite_);
}

// The size between those around the widest crossover of the problem; empty when all are narrow.
std::optional<std::size_t> SuiteRunner::size_to_add(const Problem& problem) const {
  std::optional<std::size_t> size;
  double widest = kNarrowBracket;
  for (const Strategy& strategy : problem.strategies) {
    const auto points = stats::speedup_points(suite_, problem.category, problem.name, strategy.name);
    const auto crossover = stats::find_crossover(points);
    if (!crossover) continue;
    const double ratio = static_cast<double>(crossover->high) / static_cast<double>(crossover->low);
    if (ratio <= widest) continue;
    widest = ratio;
    size = static_cast<std::size_t>(
        std::llround(std::sqrt(static_cast<double>(crossover->low) * static_cast<double>(crossover->high))));
  }
  return size;
}

// Crossovers are narrowed with the time that the planned cases leave.
void SuiteRunner::refine(const Problem& problem) {
  const double reserved = planned_share_ * waiting_weight();
  for (int i = 0; i < kMostRefinements && !cancellation_.requested() && time_left() > reserved; ++i) {
    const auto size = size_to_add(problem);
    if (!size) return;
    const PlannedCase added = plan_case(options_, problem, *size, "refined");
    if (is_done(added)) return;
    run_one(added);
  }
}

void SuiteRunner::finish(bool complete) {
  stats::conclude(suite_);
  suite_.complete = complete;
  suite_.elapsed_s = elapsed_before_ + seconds_since(start_);
  suite_.missing.clear();
  for (const PlannedCase& planned : waiting_) suite_.missing.push_back(case_name(describe(planned)));
}

Suite SuiteRunner::run(std::optional<Suite> previous) {
  const auto cpu_before = host::read_cpu_time("/");
  if (previous) take_over(std::move(*previous));
  for (PlannedCase& planned : plan_cases(options_)) {
    if (!is_done(planned)) waiting_.push_back(std::move(planned));
  }
  planned_share_ = time_left() / (waiting_weight() + 1);
  const bool refines = options_.refine && options_.sizes.counts.empty() && options_.sizes.bytes.empty();
  while (!waiting_.empty() && !cancellation_.requested()) {
    const PlannedCase planned = std::move(waiting_.front());
    waiting_.pop_front();
    run_one(planned);
    const bool last_of_problem = waiting_.empty() || waiting_.front().problem != planned.problem;
    if (refines && last_of_problem) refine(*planned.problem);
  }
  const auto cpu_after = host::read_cpu_time("/");
  if (cpu_before && cpu_after && cpu_after->total > cpu_before->total) {
    suite_.environment.steal_percent = 100.0 * static_cast<double>(cpu_after->steal - cpu_before->steal) /
                                       static_cast<double>(cpu_after->total - cpu_before->total);
  }
  suite_.environment.doubts = host::doubts_of(suite_.environment);
  finish(waiting_.empty());
  return std::move(suite_);
}

}  // namespace

std::string_view missing_reason(std::string_view category) {
  const auto problems = catalogue();
  const bool present =
      std::ranges::any_of(problems, [&](const Problem* problem) { return problem->category == category; });
  return present ? "" : "not in this build";
}

Suite plan(const RunOptions& options) {
  const RunOptions resolved = resolve(options);
  Suite suite = blank_suite(resolved);
  for (const PlannedCase& planned : plan_cases(resolved)) suite.cases.push_back(describe(planned));
  suite.environment.doubts = host::doubts_of(suite.environment);
  return suite;
}

Suite run(const RunOptions& options, Observer& observer, const Cancellation& cancellation,
          std::optional<Suite> previous) {
  const RunOptions resolved = resolve(options);
  remove_stale(kTempPrefix, resolved.scratch);
  SuiteRunner runner(resolved, observer, cancellation);
  return runner.run(std::move(previous));
}

bool has_failures(const Suite& suite) {
  return std::ranges::any_of(suite.cases, [](const Case& one) {
    return one.status == Status::failed ||
           std::ranges::any_of(one.variants, [](const model::Variant& v) { return v.status == Status::failed; });
  });
}

}  // namespace perfopt::bench
