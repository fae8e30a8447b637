// SPDX-License-Identifier: Apache-2.0
// Where a program spends its time, by names that it gives itself: measure() a scope, or wrap a function with timed().
//
// Scopes nest: a scope is counted under the one that is open on the same thread, so the same name below two parents
// gives two rows. Each thread counts into its own tree, without locks, and without allocation but when a name is
// first seen at its place; timing_report() merges the trees of all threads, living and finished.
//
//   cost    below 50 ns for a scope, most of it two readings of the clock (benchmarks/measure_scope.cpp)
//   memory  one small node for each distinct path of names and thread; that of a finished thread is merged and freed
//   units   nanoseconds of wall time
//   clock   the time-stamp counter where it is invariant, else std::chrono::steady_clock
//   errors  std::bad_alloc when a name is first seen; nothing else throws
//
//   example:
//   perfopt::optim::timing_reset();
//   const auto square = perfopt::optim::timed("square", [](int x) { return x * x; });
//   int sum = 0;
//   {
//     const auto scope = perfopt::optim::measure("sum");
//     for (int i = 0; i < 10; ++i) sum += square(i);
//   }
//   const auto rows = perfopt::optim::timing_report();
//   if (!(sum == 285)) throw std::logic_error("sum");
//   if (!(rows.size() == 2 && rows[0].name == "sum" && rows[1].name == "square")) throw std::logic_error("rows");
//   if (!(rows[1].parent == 0 && rows[1].count == 10)) throw std::logic_error("square is not below sum");
//   if (!(rows[0].self_ns <= rows[0].total_ns)) throw std::logic_error("self");
//   end
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace perfopt::optim {

namespace detail {
struct TimingNode;
}

// Open from construction to destruction. Ends on the thread that it began on, after every scope begun within it: a
// plain local variable always does, also when an exception passes.
class [[nodiscard]] TimingScope {
 public:
  explicit TimingScope(std::string_view name);
  TimingScope(const TimingScope&) = delete;
  TimingScope& operator=(const TimingScope&) = delete;
  ~TimingScope();

 private:
  detail::TimingNode* node_;  // null while the thread itself is being torn down: not counted
  std::uint64_t started_;     // ticks
};

// `name` is copied when it is first seen at its place.
inline TimingScope measure(std::string_view name) {
  return TimingScope(name);
}

// A callable that does what `function` does, each call measured under `name`.
template <class F>
[[nodiscard]] auto timed(std::string name, F&& function) {
  return [name = std::move(name), function = std::forward<F>(function)]<class... Args>(
             Args&&... args) -> std::invoke_result_t<const std::decay_t<F>&, Args...> {
    const TimingScope scope(name);
    return std::invoke(function, std::forward<Args>(args)...);
  };
}

// One path of names, over all threads. An ancestor that has not closed since the last reset has count 0.
struct TimingRow {
  static constexpr std::size_t kNoParent = ~std::size_t{0};

  std::string name;
  std::size_t parent = kNoParent;  // index of the row that it is nested in; always a smaller one
  std::size_t depth = 0;
  std::uint64_t count = 0;
  double total_ns = 0;  // of all closed scopes, their children included
  double min_ns = 0;
  double max_ns = 0;
  double self_ns = 0;  // total without the children; 0 at least
};

// Depth first, siblings by falling total. May be called at any time from any thread; a scope that another thread is
// closing at that moment may be counted in part.
[[nodiscard]] std::vector<TimingRow> timing_report();

// Forgets what was counted. A scope that is open meanwhile counts whole when it closes.
void timing_reset();

}  // namespace perfopt::optim
