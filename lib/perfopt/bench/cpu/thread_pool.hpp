// SPDX-License-Identifier: Apache-2.0
// The pool of threads that the strategies of a program share, as a program has one.
#pragma once

#include <tbb/blocked_range.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <map>
#include <mutex>

namespace perfopt::bench {

// At most `threads` threads, the caller's included. Lives as long as the program.
inline tbb::task_arena& thread_pool(unsigned threads) {
  static std::mutex mutex;
  static std::map<unsigned, tbb::task_arena> pools;
  const std::lock_guard lock(mutex);
  return pools.try_emplace(threads, static_cast<int>(threads)).first->second;
}

// part(0) to part(threads - 1) at the same time, as far as the pool's threads are free.
template <class Part>
void on_pool(unsigned threads, const Part& part) {
  thread_pool(threads).execute([&] {
    tbb::parallel_for(
        tbb::blocked_range<unsigned>(0, threads, 1),
        [&](const auto& range) {
          for (unsigned i = range.begin(); i < range.end(); ++i) part(i);
        },
        tbb::simple_partitioner());
  });
}

// Leaves the pool's threads awake for some time, as a program does that has just used them.
inline void wake_pool(unsigned threads) {
  on_pool(threads, [](unsigned) {});
}

}  // namespace perfopt::bench
