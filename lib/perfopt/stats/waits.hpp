// SPDX-License-Identifier: Apache-2.0
// What threads waited for, where in the program, and how parallel it was over time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "perfopt/model/profile.hpp"

namespace perfopt::stats {

// Waits of one kind at one place: the innermost function of the user's program in the stack (own_code.hpp; not of libc
// or an interpreter's insides), on one object. The time of a recording's waits is that of their end or their beginning;
// a profile does not tell which.
struct Wait {
  model::Activity activity = model::Activity::other;
  std::string place;  // function; "" when no stack is known
  std::string file;
  unsigned line = 0;   // where most of it was spent
  std::string object;  // descriptor or lock; "" unknown
  std::uint64_t wall_ns = 0;
  std::uint64_t count = 0;  // rows: fewer than waits where a long recording merged them
  std::size_t threads = 0;
};

// By falling time. Needs the measure "wall"; empty without.
[[nodiscard]] std::vector<Wait> waits(const model::Profile& profile);

// A stretch in which at most one thread ran or was ready to, in a program that has several at other times.
struct SerialPhase {
  std::uint64_t from_ns = 0;
  std::uint64_t to_ns = 0;
  std::string function;  // most of the running thread's time
};

struct Concurrency {
  std::uint64_t bucket_ns = 0;
  std::vector<double> running;      // mean number of threads on a CPU, a bucket each; by the measure "cpu"
  std::vector<double> waiting;      // threads alive and not on a CPU
  double mean_running = 0;          // over the whole recording
  double mean_ready = 0;            // with those that were preempted: what would have run on a machine left alone
  double idle_share = 0;            // of the wall time of the recording in which nothing ran
  std::vector<SerialPhase> serial;  // the longest first; only those over 5 % of the recording
};

// `buckets` at most, and no finer than sampling can tell: ten samples of a busy thread each. Without the measure "cpu"
// all is empty or 0.
[[nodiscard]] Concurrency concurrency(const model::Profile& profile, std::size_t buckets = 200);

}  // namespace perfopt::stats
