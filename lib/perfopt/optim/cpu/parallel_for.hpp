// SPDX-License-Identifier: Apache-2.0
// A loop over [begin, end) on the cores of this machine, where that is faster, and on the calling thread where not.
//
// The loop starts on the calling thread, a few indices at first, and measures them. It goes to the thread pool as
// soon as the time that the rest is projected to take is worth the cost of waking the pool (measured once, at the
// first loop that is not over within microseconds). So a short loop costs about what a plain one does, and items of
// uneven cost are balanced by work stealing.
//
//   body     called as body(i) for each index, or as body(first, last) for consecutive ranges, whichever it takes;
//            each index once, in any order and from several threads at once
//   threads  at most options.max_threads, the caller's included; loops of equal max_threads share them
//   errors   the first exception of body is thrown to the caller, once no body runs any more; the rest of the range
//            is then skipped
//   source   oneTBB (Blumofe, Leiserson: Scheduling multithreaded computations by work stealing, 1999)
//
//   example:
//   std::vector<double> values(100'000, 4.0);
//   perfopt::optim::parallel_for(0, values.size(), [&](std::size_t i) { values[i] = std::sqrt(values[i]); });
//   if (std::ranges::count(values, 2.0) != 100'000) throw std::logic_error("sqrt");
//   end
#pragma once

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <stdexcept>
#include <vector>

namespace perfopt::optim {

struct ParallelOptions {
  unsigned max_threads = 0;  // 0: as many as this process may run on
  std::size_t grain = 1;     // fewest consecutive indices worth handing to another thread
};

// What it costs to put `threads` threads of the pool to work and to wait for them [ns]. Measured at the first call
// for a number of threads, in about a millisecond (12 on a machine that is busy with other work).
[[nodiscard]] double dispatch_cost_ns(unsigned threads);

namespace detail {

// A range body by reference: a call through a pointer, no allocation.
class RangeBody {
 public:
  template <class F>
  explicit RangeBody(const F& function)
      : object_(std::addressof(function)), call_([](const void* object, std::size_t first, std::size_t last) {
          (*static_cast<const F*>(object))(first, last);
        }) {}
  void operator()(std::size_t first, std::size_t last) const { call_(object_, first, last); }

 private:
  const void* object_;
  void (*call_)(const void*, std::size_t, std::size_t);
};

void parallel_ranges(std::size_t begin, std::size_t end, RangeBody body, const ParallelOptions& options);

}  // namespace detail

template <class Body>
  requires std::invocable<const Body&, std::size_t> || std::invocable<const Body&, std::size_t, std::size_t>
void parallel_for(std::size_t begin, std::size_t end, const Body& body, const ParallelOptions& options = {}) {
  if constexpr (std::invocable<const Body&, std::size_t, std::size_t>) {
    detail::parallel_ranges(begin, end, detail::RangeBody(body), options);
  } else {
    const auto each = [&body](std::size_t first, std::size_t last) {
      for (std::size_t i = first; i < last; ++i) body(i);
    };
    detail::parallel_ranges(begin, end, detail::RangeBody(each), options);
  }
}

}  // namespace perfopt::optim
