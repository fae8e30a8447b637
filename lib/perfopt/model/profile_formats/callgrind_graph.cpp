// SPDX-License-Identifier: Apache-2.0
#include "perfopt/model/profile_formats/callgrind_graph.hpp"

#include <algorithm>
#include <cmath>
#include <queue>
#include <unordered_set>

namespace perfopt::model::profile_formats {
namespace {

constexpr std::size_t kMostContexts = 50'000;
constexpr std::uint32_t kDeepest = 500;
constexpr double kSmallestShare = 1e-5;

void add_to(CallGraph::Costs& sum, const CallGraph::Costs& costs) {
  if (sum.size() < costs.size()) sum.resize(costs.size());
  for (std::size_t i = 0; i < costs.size(); ++i) sum[i] += costs[i];
}

std::uint64_t first_of(const CallGraph::Costs& costs) {
  return costs.empty() ? 0 : costs.front();
}

// What falls to the part of a cost that ends at `end`, a share of it, after `given` was dealt out.
std::uint64_t part_until(std::uint64_t cost, double end, std::uint64_t given) {
  if (end >= 1) return cost - given;
  const double until = std::floor(static_cast<double>(cost) * end);
  return std::clamp(static_cast<std::uint64_t>(until), given, cost) - given;
}

}  // namespace

// The contexts of each function, found from the roots down.
class CallGraph::Unfolding {
 public:
  explicit Unfolding(const CallGraph& graph, Assembly& assembly)
      : graph_(graph), assembly_(assembly), contexts_(graph.functions_.size()) {}

  std::vector<std::vector<Context>> run() {
    std::vector<double> from_callers(graph_.functions_.size());
    double total = 0;
    for (std::uint32_t f = 0; f < graph_.functions_.size(); ++f) {
      total += static_cast<double>(self_cost(graph_.functions_[f]));
      for (const auto& [callee, call] : graph_.functions_[f].calls) {
        if (callee != f) from_callers[callee] += static_cast<double>(call.cost);
      }
    }
    smallest_ = total * kSmallestShare;
    for (std::uint32_t f = 0; f < graph_.functions_.size(); ++f) {
      push({f, kNoVisit, StackNode::kRoot, 0, inclusive(f) - from_callers[f]});
    }
    while (!queue_.empty() && visits_.size() < kMostContexts) {
      visits_.push_back(queue_.top());
      queue_.pop();
      enter(static_cast<std::uint32_t>(visits_.size() - 1));
    }
    return std::move(contexts_);
  }

 private:
  static constexpr std::uint32_t kNoVisit = StackNode::kRoot;

  struct Visit {
    std::uint32_t function = 0;
    std::uint32_t caller = kNoVisit;  // index of its visit
    std::uint32_t above = StackNode::kRoot;
    std::uint32_t depth = 0;
    double cost = 0;  // its own and of all below
    friend bool operator<(const Visit& a, const Visit& b) { return a.cost < b.cost; }
  };

  double inclusive(std::uint32_t f) const {
    auto sum = static_cast<double>(self_cost(graph_.functions_[f]));
    for (const auto& [callee, call] : graph_.functions_[f].calls) {
      if (callee != f) sum += static_cast<double>(call.cost);
    }
    return sum;
  }

  void push(const Visit& visit) {
    if (visit.cost > 0 && visit.cost >= smallest_ && visit.depth <= kDeepest) queue_.push(visit);
  }

  void enter(std::uint32_t index) {
    const Visit visit = visits_[index];
    const Function& function = graph_.functions_[visit.function];
    std::unordered_set<std::uint32_t> path;
    for (std::uint32_t i = index; i != kNoVisit; i = visits_[i].caller) path.insert(visits_[i].function);
    const auto self = static_cast<double>(self_cost(function));
    double all = self;
    for (const auto& [callee, call] : function.calls) {
      if (!path.contains(callee)) all += static_cast<double>(call.cost);
    }
    if (all <= 0) return;
    if (self > 0) contexts_[visit.function].push_back({visit.above, visit.cost * self / all});
    for (const auto& [callee, call] : function.calls) {
      if (path.contains(callee) || call.cost == 0) continue;
      const double cost = visit.cost * static_cast<double>(call.cost) / all;
      const std::uint32_t frame = assembly_.frame(graph_.frame(function, function.file, call.line));
      push({callee, index, assembly_.child(visit.above, frame), visit.depth + 1, cost});
    }
  }

  const CallGraph& graph_;
  Assembly& assembly_;
  std::vector<std::vector<Context>> contexts_;
  std::priority_queue<Visit> queue_;
  std::vector<Visit> visits_;
  double smallest_ = 0;
};

std::uint32_t CallGraph::function(std::string_view name, std::string_view module, std::string_view file) {
  const std::string key = std::string(module) + '\0' + std::string(name);
  const auto [found, fresh] = index_.try_emplace(key, static_cast<std::uint32_t>(functions_.size()));
  if (fresh) {
    functions_.emplace_back();
    functions_.back().name = name;
    functions_.back().module = module;
  }
  if (functions_[found->second].file.empty()) functions_[found->second].file = file;
  return found->second;
}

void CallGraph::add_self(std::uint32_t function, std::string_view file, unsigned line, const Costs& costs) {
  add_to(functions_[function].lines[{std::string(file), line}], costs);
}

void CallGraph::add_call(std::uint32_t caller, std::uint32_t callee, unsigned line, const Costs& costs) {
  Call& call = functions_[caller].calls[callee];
  call.cost += first_of(costs);
  if (call.line != 0 && first_of(costs) <= call.line_cost) return;
  call.line = line;
  call.line_cost = first_of(costs);
}

std::uint64_t CallGraph::self_cost(const Function& function) {
  std::uint64_t sum = 0;
  for (const auto& [line, costs] : function.lines) sum += first_of(costs);
  return sum;
}

Frame CallGraph::frame(const Function& function, std::string_view file, unsigned line) const {
  Frame frame;
  frame.function = function.name;
  frame.module = function.module;
  frame.file = file;
  frame.line = line;
  frame.language = language_of(frame.file, frame.module);
  return frame;
}

void CallGraph::unfold(Assembly& assembly, std::uint32_t thread) const {
  std::vector<std::vector<Context>> contexts = Unfolding(*this, assembly).run();
  for (std::size_t f = 0; f < functions_.size(); ++f) {
    if (contexts[f].empty()) contexts[f].push_back({StackNode::kRoot, 1});
    add_rows(functions_[f], std::move(contexts[f]), assembly, thread);
  }
}

// Contexts and lines both divide the function's cost; laid over each other they give at most as many rows as both have.
void CallGraph::add_rows(const Function& function, std::vector<Context> contexts, Assembly& assembly,
                         std::uint32_t thread) const {
  double weights = 0;
  for (const Context& context : contexts) weights += context.weight;
  const auto total = static_cast<double>(self_cost(function));
  std::size_t at = 0;
  double context_end = contexts[0].weight / weights;
  double line_start = 0;
  for (const auto& [place, costs] : function.lines) {
    const std::uint32_t leaf = assembly.frame(frame(function, place.first, place.second));
    const double share = total > 0 ? static_cast<double>(first_of(costs)) / total : 0;
    Costs given(costs.size());
    bool whole = false;
    while (!whole) {
      whole = share <= 0 || at + 1 == contexts.size() || context_end >= line_start + share;
      const double end = whole ? 1 : (context_end - line_start) / share;
      Costs values(costs.size());
      for (std::size_t i = 0; i < costs.size(); ++i) given[i] += values[i] = part_until(costs[i], end, given[i]);
      const bool any = std::ranges::any_of(values, [](std::uint64_t value) { return value > 0; });
      if (any) assembly.add({assembly.child(contexts[at].above, leaf), thread, 0, Activity::running}, values);
      if (!whole) context_end += contexts[++at].weight / weights;
    }
    line_start += share;
  }
}

}  // namespace perfopt::model::profile_formats
