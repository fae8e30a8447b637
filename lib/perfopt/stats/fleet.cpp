// SPDX-License-Identifier: Apache-2.0
#include "perfopt/stats/fleet.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "perfopt/core/units.hpp"
#include "perfopt/stats/paired.hpp"

namespace perfopt::stats {
namespace {

using model::Environment;
using model::Fleet;
using model::FleetHost;

constexpr std::size_t kFewestHosts = 3;  // of two, nobody knows which is the odd one
constexpr double kSlowScore = 3.5;
constexpr double kSlowdown = 1.10;
constexpr double kLeastSpread = 0.02;
constexpr double kNormalMad = 0.6745;  // of a normal distribution: MAD / standard deviation

std::vector<model::HostResult> results_of(const model::Suite& suite) {
  std::vector<model::HostResult> results;
  for (const model::Case& one : suite.cases) {
    for (const model::Variant& variant : one.variants) {
      if (variant.status != model::Status::ok || variant.summary.wall_ns <= 0) continue;
      results.push_back({one.category + "/" + one.problem + "/" + variant.name + " at " + format_count(one.size),
                         variant.summary.wall_ns});
    }
  }
  return results;
}

std::vector<std::string> failures_of(const model::Suite& suite) {
  std::vector<std::string> failures;
  for (const model::Case& one : suite.cases) {
    for (const model::Variant& variant : one.variants) {
      if (variant.status != model::Status::failed) continue;
      failures.push_back(one.category + "/" + one.problem + "/" + variant.name + " at " + format_count(one.size) +
                         ": " + variant.reason);
    }
  }
  return failures;
}

// Ranks that share a host are told apart by their numbers.
void name_hosts(std::vector<FleetHost>& hosts) {
  std::map<std::string, int> ranks;
  for (const FleetHost& host : hosts) ++ranks[host.environment.host];
  for (FleetHost& host : hosts) {
    host.name = host.environment.host;
    if (ranks[host.name] > 1) host.name += " (rank " + std::to_string(host.rank) + ")";
  }
}

// By host, the log ratios of its times to the median of the hosts, for the results that enough hosts have.
std::vector<std::vector<double>> log_ratios(const std::vector<FleetHost>& hosts) {
  std::map<std::string_view, std::vector<std::pair<std::size_t, double>>> by_result;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    for (const model::HostResult& result : hosts[i].results) by_result[result.name].emplace_back(i, result.wall_ns);
  }
  std::vector<std::vector<double>> ratios(hosts.size());
  for (const auto& [name, times] : by_result) {
    if (times.size() < kFewestHosts) continue;
    std::vector<double> values;
    for (const auto& [host, wall_ns] : times) values.push_back(wall_ns);
    const double middle = median(values);
    for (const auto& [host, wall_ns] : times) ratios[host].push_back(std::log(wall_ns / middle));
  }
  return ratios;
}

void find_slow_hosts(std::vector<FleetHost>& hosts) {
  const auto ratios = log_ratios(hosts);
  std::vector<double> typical;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    if (ratios[i].empty()) continue;
    typical.push_back(median(ratios[i]));
    hosts[i].slowdown = std::exp(typical.back());
  }
  if (typical.size() < kFewestHosts) return;
  const double middle = median(typical);
  std::vector<double> distances;
  for (const double value : typical) distances.push_back(std::abs(value - middle));
  const double spread = std::max(median(distances), kLeastSpread);
  for (FleetHost& host : hosts) {
    if (!host.slowdown) continue;
    host.score = kNormalMad * (std::log(*host.slowdown) - middle) / spread;
    host.slow = *host.score > kSlowScore && *host.slowdown > kSlowdown;
  }
}

struct Fact {
  std::string_view name;
  std::string (*value)(const Environment&);
};

constexpr std::array<Fact, 16> kFacts{{
    {"CPU", [](const Environment& e) { return e.cpu_model; }},
    {"CPUs allowed", [](const Environment& e) { return std::to_string(e.cpus_allowed); }},
    {"CPUs online", [](const Environment& e) { return std::to_string(e.cpus_online); }},
    {"memory", [](const Environment& e) { return format_bytes(static_cast<double>(e.memory_bytes)); }},
    {"governor", [](const Environment& e) { return e.governor; }},
    {"turbo", [](const Environment& e) { return e.turbo; }},
    {"virtualisation", [](const Environment& e) { return e.virtualization; }},
    {"kernel", [](const Environment& e) { return e.kernel; }},
    {"system", [](const Environment& e) { return e.os; }},
    {"transparent huge pages", [](const Environment& e) { return e.transparent_huge_pages; }},
    {"address randomisation", [](const Environment& e) { return e.aslr; }},
    {"file system of scratch files", [](const Environment& e) { return e.scratch_filesystem; }},
    {"compiler", [](const Environment& e) { return e.compiler; }},
    {"compiler flags", [](const Environment& e) { return e.compiler_flags; }},
    {"build type", [](const Environment& e) { return e.build_type; }},
    {"perfopt", [](const Environment& e) { return e.version + " " + e.commit; }},
}};

std::vector<model::FleetDifference> differences_of(const std::vector<FleetHost>& hosts) {
  std::vector<model::FleetDifference> differences;
  for (const Fact& fact : kFacts) {
    model::FleetDifference difference{std::string(fact.name), {}};
    for (const FleetHost& host : hosts) {
      const std::string value = fact.value(host.environment);
      auto known = std::ranges::find(difference.values, value, &model::FactValue::value);
      if (known == difference.values.end()) known = difference.values.insert(known, {value, {}});
      known->hosts.push_back(host.name);
    }
    if (difference.values.size() > 1) differences.push_back(std::move(difference));
  }
  return differences;
}

std::string sentence_of(const Fleet& fleet) {
  std::string slow;
  for (const FleetHost& host : fleet.hosts) {
    if (!host.slow) continue;
    slow += (slow.empty() ? "" : ", ") + host.name + " takes " + format_ratio(*host.slowdown) + " the time";
  }
  const std::string count = std::to_string(fleet.hosts.size()) + (fleet.hosts.size() == 1 ? " host" : " hosts");
  if (fleet.hosts.size() < kFewestHosts) return count + ": three are needed to tell which one is slow";
  const std::string differ = fleet.differences.empty()
                                 ? "no difference of environment found"
                                 : (fleet.differences.size() == 1 ? "one fact of their environments differs"
                                                                  : std::to_string(fleet.differences.size()) +
                                                                        " facts of their environments differ");
  return count + ": " + (slow.empty() ? "none is slow" : "slow: " + slow) + "; " + differ;
}

}  // namespace

model::Suite gather_fleet(std::vector<model::Suite> suites) {
  Fleet fleet;
  for (std::size_t rank = 0; rank < suites.size(); ++rank) {
    FleetHost host;
    host.rank = static_cast<unsigned>(rank);
    host.environment = suites[rank].environment;
    host.results = results_of(suites[rank]);
    host.failures = failures_of(suites[rank]);
    fleet.hosts.push_back(std::move(host));
  }
  name_hosts(fleet.hosts);
  find_slow_hosts(fleet.hosts);
  fleet.differences = differences_of(fleet.hosts);
  fleet.sentence = sentence_of(fleet);
  model::Suite gathered = std::move(suites.front());
  gathered.fleet = std::move(fleet);
  return gathered;
}

}  // namespace perfopt::stats
