// SPDX-License-Identifier: Apache-2.0
#include "perfopt/advise/advise.hpp"

#include <algorithm>
#include <array>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

using Rule = void (*)(Facts&, Advice&);

// The more special cause stands before the more general one: what a rule claims, the next do not see.
constexpr auto kRules = std::to_array<Rule>({
    asking_in_python,
    gil_bound,
    lock_convoy,
    sync_every_write,
    idle_on_child,
    serial_phase,
    leak,
    regex_in_loop,
    n_plus_one_queries,
    exceptions_as_control_flow,
    json_parsed_again,
    string_concatenation,
    copied_by_value,
    page_fault_storm,
    busy_wait,
    io_storm,
    unbuffered_writes,
    tiny_reads,
    system_call_storm,
    colliding_hash,
    quadratic_search,
    allocation_in_hot_loop,
});

}  // namespace

std::vector<model::Recommendation> advise(const model::Profile& profile) {
  Facts facts(profile);
  Advice advice;
  for (const Rule rule : kRules) rule(facts, advice);
  std::stable_sort(advice.begin(), advice.end(),
                   [](const auto& a, const auto& b) { return a.impact.share > b.impact.share; });
  return advice;
}

}  // namespace perfopt::advise
