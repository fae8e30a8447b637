// SPDX-License-Identifier: Apache-2.0
// A running benchmark program that measures slices when asked (slices/protocol.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "perfopt/bench/compare/program.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {

// One slice: times for one iteration, counts for the whole slice.
struct Slice {
  std::uint64_t iterations = 0;
  double wall_ns = 0;
  double cpu_ns = 0;
  std::uint64_t page_faults = 0, voluntary_switches = 0, involuntary_switches = 0;
  std::optional<std::uint64_t> allocated_bytes;
  std::uint64_t peak_rss_bytes = 0;
  unsigned threads = 1;
  bool manual = false;  // the benchmark tells its wall time itself
  std::string label;    // what it says of its result
};

class Worker {
 public:
  // Starts the program on the CPUs of the calling thread. `before`: words before the program's own, as of valgrind.
  // Throws Error when it cannot be started.
  explicit Worker(const Program& program, const std::vector<std::string>& before = {});
  [[nodiscard]] pid_t pid() const { return process_->pid(); }
  // Waits until it is ready. Empty `names` and false for a program that does not greet: it is no worker.
  [[nodiscard]] bool greet(std::vector<std::string>& names);
  // Runs the index-th benchmark. Throws Error when the program ends, hangs or refuses.
  [[nodiscard]] Slice run(std::size_t index, std::uint64_t iterations);
  // Lets it end by itself and waits for that.
  void finish();

 private:
  [[nodiscard]] std::optional<std::string> read_line();
  [[noreturn]] void fail(const std::string& what);

  std::string side_;
  double timeout_s_;
  const Cancellation* cancellation_;
  UniqueFd to_worker_, from_worker_;
  std::string buffer_;
  std::optional<Process> process_;
};

}  // namespace perfopt::bench
