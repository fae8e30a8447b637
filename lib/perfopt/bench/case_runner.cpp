// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/case_runner.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <new>
#include <numeric>
#include <system_error>

#include "perfopt/bench/engine.hpp"
#include "perfopt/bench/fault.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/placement.hpp"
#include "perfopt/bench/resources.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/stats/judge.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;
using model::Status;

constexpr unsigned kFewestRounds = stats::kFewestPairs;
constexpr unsigned kMostRounds = 40;
constexpr std::uint64_t kMostInstances = 4096;
constexpr double kMostInstanceBytes = 64.0 * 1024 * 1024;
constexpr std::uint64_t kWarmUpRound = ~std::uint64_t{0};

double ns_since(Clock::time_point start) {
  return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

// A shortage of this machine, not a wrong result.
bool is_shortage(int error_number) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
    case EAGAIN:
      return true;
    default:
      return false;
  }
}

// Address space of the stacks of a pool's threads: reserved, hardly ever touched, and counted by the kernel as data.
std::uint64_t stack_bytes(unsigned threads) {
  return (threads + 4) * (std::uint64_t{8} << 20U);
}

std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  return Random(a ^ (b * 0x9E3779B97F4A7C15U))();
}

std::uint64_t hash_name(std::string_view name) {
  std::uint64_t hash = 0;
  for (const char c : name) hash = mix(hash, static_cast<unsigned char>(c));
  return hash;
}

std::string hex(std::uint64_t digest) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(digest));
  return text.data();
}

}  // namespace

struct CaseRunner::Lane {
  const Strategy* strategy = nullptr;
  model::Variant* variant = nullptr;
  bool is_baseline = false;
  bool is_exact = true;
  double run_ns = 0;    // of one run, for planning
  double setup_ns = 0;  // of everything around it
  Bound bound;          // its working set is that of all instances of a round, once their number is chosen
  double limit_rate = 0;
  std::vector<std::uint64_t> digests;  // of the present round, one an instance

  [[nodiscard]] bool alive() const { return variant->status == Status::ok; }
};

CaseRunner::CaseRunner(const PlannedCase& planned, const RunOptions& options, std::filesystem::path scratch,
                       LimitProbe& limits, Services& services, const Cancellation& cancellation)
    : planned_(planned),
      options_(options),
      scratch_(std::move(scratch)),
      limits_(limits),
      services_(services),
      cancellation_(cancellation),
      random_(seed_of(kWarmUpRound, 1)),
      case_(describe(planned)) {
  for (std::size_t i = 0; i < case_.variants.size(); ++i) {
    Lane lane;
    lane.strategy = planned.strategies[i].strategy;
    lane.variant = &case_.variants[i];
    lane.is_baseline = i == 0;
    lanes_.push_back(std::move(lane));
  }
}

CaseRunner::~CaseRunner() = default;

std::uint64_t CaseRunner::seed_of(std::uint64_t round, std::uint64_t instance) const {
  const std::uint64_t place = mix(hash_name(planned_.problem->name), planned_.size);
  return mix(mix(mix(options_.seed, place), round), instance);
}

std::unique_ptr<Workload> CaseRunner::make(const Lane& lane, std::uint64_t seed) const {
  const Setup setup{planned_.size, seed, options_.threads, scratch_, &services_};
  return make_faulty(*lane.strategy, setup, lane.is_baseline ? Fault::none : options_.fault);
}

void CaseRunner::fail(Lane& lane, Status status, const std::string& reason) {
  lane.variant->status = status;
  lane.variant->reason = reason;
  lane.variant->rounds = {};
  if (!lane.is_baseline) return;
  for (Lane& other : lanes_) {
    if (other.alive()) fail(other, status, "its baseline " + lane.variant->name + " could not be verified");
  }
}

void CaseRunner::skip_for_time(const std::string& reason) {
  case_.status = Status::skipped;
  case_.out_of_time = true;
  case_.reason = reason;
  for (Lane& lane : lanes_) {
    if (!lane.alive()) continue;
    lane.variant->status = Status::skipped;
    lane.variant->reason = reason;
  }
}

// Runs one step of a lane and turns what it throws into the lane's status.
template <class F>
void CaseRunner::guarded(Lane& lane, F&& step) {
  const std::vector<std::string> dead_before = services_.deaths();
  Status status = Status::failed;
  std::string reason;
  try {
    const ResourceLimit limit(options_.memory_limit_bytes + stack_bytes(options_.threads), options_.file_limit_bytes);
    step();
    return;
  } catch (const Unavailable& error) {
    status = Status::skipped;
    reason = error.what();
  } catch (const IntegrityError& error) {
    reason = std::string("wrong result: ") + error.what();
  } catch (const SystemError& error) {
    if (is_shortage(error.error_number())) status = Status::skipped;
    reason = error.what();
  } catch (const std::system_error& error) {
    if (is_shortage(error.code().value())) status = Status::skipped;
    reason = error.what();
  } catch (const std::bad_alloc&) {
    status = Status::skipped;
    reason = "ran out of memory under the limit of " + format_bytes(static_cast<double>(options_.memory_limit_bytes)) +
             " (--memory-limit)";
  } catch (const std::exception& error) {
    reason = error.what();
  }
  // Whatever the strategy saw of it: its server is gone, and that is no fault of the strategy.
  for (const std::string& death : services_.deaths()) {
    if (std::ranges::find(dead_before, death) != dead_before.end()) continue;
    status = Status::skipped;
    reason = death;
  }
  fail(lane, status, reason);
}

// Two runs: the first touches code and libraries for the first time, and is where resources are counted.
void CaseRunner::warm_up() {
  for (Lane& lane : lanes_) {
    if (!lane.alive() || cancellation_.requested()) continue;
    guarded(lane, [&] {
      for (std::uint64_t pass = 0; pass < 2 && (pass == 0 || lane.run_ns < 20e6); ++pass) {
        const auto start = Clock::now();
        const auto workload = make(lane, seed_of(kWarmUpRound, 2 + pass));
        workload->warm();
        workload->poison();
        const CountedRun counted = count_run(*workload);
        const Output output = workload->output();
        workload->check(output);
        lane.run_ns = pass == 0 ? counted.wall_ns : std::min(lane.run_ns, counted.wall_ns);
        lane.setup_ns = ns_since(start) - counted.wall_ns;
        lane.is_exact = output.tolerance == 0;
        if (lane.is_exact && pass == 0) lane.variant->output_digest = hex(digest(output));
        lane.variant->resources = counted.resources;
        lane.variant->counters = counted.counters;
        const Work work = workload->work();
        lane.variant->items_per_run = work.items;
        lane.variant->bytes_per_run = work.bytes;
        lane.bound = work.bound;
        lane.variant->note = workload->note();
        if (lane.is_baseline) case_.conditions = workload->conditions();
      }
    });
  }
}

// Enough that the fastest strategy's round is long against the clock, as far as memory and the slowest allow.
std::uint64_t CaseRunner::choose_instances() const {
  double fastest = 1e18;
  double slowest = 1;
  for (const Lane& lane : lanes_) {
    if (!lane.alive()) continue;
    fastest = std::min(fastest, lane.run_ns);
    slowest = std::max(slowest, lane.run_ns);
  }
  const double wanted = options_.min_time_s * 1e9 / std::max(fastest, 1.0);
  const double affordable = options_.min_time_s * 100 * 1e9 / slowest;
  const double memory = std::min(kMostInstanceBytes, static_cast<double>(options_.memory_limit_bytes));
  const double fitting = memory / std::max(planned_.problem->memory_bytes(planned_.size), 1.0);
  const bool has_files = file_bytes(*planned_.problem, planned_.size) > 0;
  const double most = has_files ? 16 : static_cast<double>(kMostInstances);
  return static_cast<std::uint64_t>(std::max(1.0, std::min({wanted, affordable, fitting, most})));
}

// Fixed before the first round is timed, so that no result can decide when to stop. 0: not even the fewest fit.
unsigned CaseRunner::choose_rounds(TimeBudget budget) {
  double round_ns = 0;
  for (const Lane& lane : lanes_) {
    if (lane.alive()) round_ns += (lane.run_ns + lane.setup_ns) * static_cast<double>(instances_);
  }
  const double round_s = std::max(round_ns / 1e9, 1e-6);
  if (options_.repetitions > 0) return options_.repetitions;
  if (round_s * kFewestRounds > budget.most) return 0;
  return static_cast<unsigned>(std::clamp(budget.fair / round_s, double{kFewestRounds}, double{kMostRounds}));
}

void CaseRunner::run_lane(Lane& lane, std::uint64_t round, std::uint32_t position) {
  std::vector<std::unique_ptr<Workload>> workloads(instances_);
  for (std::uint64_t i = 0; i < instances_; ++i) {
    workloads[i] = make(lane, seed_of(round, i));
    workloads[i]->warm();
    workloads[i]->poison();
  }
  const RoundTime time = time_round(case_.category + "/" + case_.problem + "/" + lane.variant->name, workloads);
  const auto start = Clock::now();
  lane.digests.clear();
  for (const auto& workload : workloads) {
    const Output output = workload->output();
    if (lane.is_baseline || !lane.is_exact) workload->check(output);
    if (lane.is_exact) lane.digests.push_back(digest(output));
  }
  lane.variant->note = workloads.back()->note();
  case_.check_ns += ns_since(start);
  model::Rounds& rounds = lane.variant->rounds;
  rounds.wall_ns.push_back(time.wall_ns);
  rounds.cpu_ns.push_back(time.cpu_ns);
  rounds.position.push_back(position);
  rounds.page_faults.push_back(time.page_faults);
  rounds.voluntary_switches.push_back(time.voluntary_switches);
  rounds.involuntary_switches.push_back(time.involuntary_switches);
}

void CaseRunner::run_round(std::uint64_t round, const std::vector<std::size_t>& order) {
  for (std::uint32_t position = 0; position < order.size(); ++position) {
    Lane& lane = lanes_[order[position]];
    if (lane.alive()) guarded(lane, [&] { run_lane(lane, round, position); });
  }
  compare_with_baseline(round);
}

void CaseRunner::compare_with_baseline(std::uint64_t round) {
  const Lane& baseline = lanes_.front();
  for (Lane& lane : lanes_) {
    if (lane.is_baseline || !lane.alive() || !lane.is_exact) continue;
    const auto [wrong, right] = std::ranges::mismatch(lane.digests, baseline.digests);
    if (wrong == lane.digests.end()) continue;
    const auto instance = static_cast<std::uint64_t>(wrong - lane.digests.begin());
    guarded(lane, [&] { throw IntegrityError(difference(lane, seed_of(round, instance))); });
  }
}

// Where the output differs from the baseline's for one input, by running both on it again.
std::string CaseRunner::difference(const Lane& lane, std::uint64_t seed) const {
  const auto expected = make(lanes_.front(), seed);
  const auto got = make(lane, seed);
  for (Workload* workload : {expected.get(), got.get()}) {
    workload->poison();
    workload->run();
  }
  const std::string text = first_difference(expected->output(), got->output());
  return text.empty() ? "differed from the baseline once, and not when repeated on the same input" : text;
}

void CaseRunner::probe_limits() {
  for (Lane& lane : lanes_) {
    if (!lane.alive() || lane.bound.limit == Limit::none) continue;
    const Bound& bound = lane.bound;
    const auto same = std::ranges::find_if(lanes_, [&](const Lane& other) {
      return &other < &lane && other.alive() && other.limit_rate > 0 && other.bound.limit == bound.limit &&
             other.bound.working_set_bytes == bound.working_set_bytes && other.bound.threads == bound.threads &&
             other.bound.depth == bound.depth && other.bound.rate == bound.rate;
    });
    try {
      lane.limit_rate = std::max(lane.limit_rate, same != lanes_.end() ? same->limit_rate : limits_.rate(bound));
    } catch (const Error&) {
      lane.bound.limit = Limit::none;  // a limit that cannot be measured here bounds nothing
    }
  }
}

void CaseRunner::apply_limits() {
  for (Lane& lane : lanes_) {
    if (!lane.alive() || lane.bound.limit == Limit::none) continue;
    double units = lane.bound.units;
    if (lane.bound.limit == Limit::cores && lane.bound.threads < 2) continue;  // one core is no limit to speak of
    if (lane.bound.limit == Limit::cores && units == 0) {  // the work is what the baseline needs on one thread
      units = stats::median(lanes_.front().variant->rounds.cpu_ns) / 1e9;
    }
    lane.variant->limit = model::LimitUse{std::string(limit_name(lane.bound.limit)),
                                          std::string(limit_unit(lane.bound.limit)),
                                          lane.limit_rate,
                                          units,
                                          lane.bound.working_set_bytes,
                                          lane.bound.threads,
                                          lane.bound.depth};
  }
  stats::judge(case_);
}

// Before a result is called impossible its limit is measured again: the first probe may have been disturbed.
void CaseRunner::refuse_impossible() {
  const auto suspicious = [](const Lane& lane) {
    return lane.alive() && lane.bound.units > 0 && lane.variant->summary.limit_share &&
           *lane.variant->summary.limit_share > limit_margin(lane.bound.limit);
  };
  for (int attempt = 0; attempt < 3 && std::ranges::any_of(lanes_, suspicious); ++attempt) {
    for (Lane& lane : lanes_) {
      if (!suspicious(lane)) continue;
      lane.limit_rate = std::max(lane.limit_rate, limits_.rate(lane.bound));
    }
    apply_limits();
  }
  for (Lane& lane : lanes_) {
    if (!suspicious(lane)) continue;
    const model::LimitUse& limit = *lane.variant->limit;
    const double least_ns = limit.units / limit.rate * 1e9;
    fail(lane, Status::failed,
         "impossible: took " + format_duration_ns(lane.variant->summary.wall_ns) + ", but " + limit.limit +
             " of this machine allows " + format_duration_ns(least_ns) + " at the least; the work was not done");
  }
  stats::judge(case_);
}

std::optional<model::Case> CaseRunner::run(TimeBudget budget) {
  const auto start = Clock::now();
  std::optional<OneCpu> one_cpu;
  if (planned_.problem->one_cpu) one_cpu.emplace();
  warm_up();
  if (one_cpu && !case_.conditions.empty()) case_.conditions += "; client and server on one CPU";
  if (cancellation_.requested()) return std::nullopt;
  instances_ = choose_instances();
  case_.instances = instances_;
  for (Lane& lane : lanes_) lane.bound.working_set_bytes *= instances_;
  const double used = ns_since(start) / 1e9;
  const unsigned rounds = choose_rounds({budget.fair - used, budget.most - used});
  if (rounds == 0) {
    skip_for_time("no time left for " + std::to_string(kFewestRounds) + " rounds (--max-time)");
    return case_;
  }
  probe_limits();
  std::vector<std::size_t> order(lanes_.size());
  std::iota(order.begin(), order.end(), 0U);
  for (unsigned round = 0; round < rounds; ++round) {
    if (cancellation_.requested()) return std::nullopt;
    if (round % 2 == 0) {
      std::shuffle(order.begin(), order.end(), random_);
    } else {
      std::ranges::reverse(order);
    }
    run_round(round, order);
    const bool late = ns_since(start) / 1e9 > budget.most;
    if (late && options_.repetitions == 0 && round + 1 >= kFewestRounds) break;
  }
  probe_limits();
  apply_limits();
  refuse_impossible();
  if (lanes_.front().variant->status != Status::ok) {
    case_.status = lanes_.front().variant->status;
    case_.reason = lanes_.front().variant->reason;
  }
  return case_;
}

}  // namespace perfopt::bench
