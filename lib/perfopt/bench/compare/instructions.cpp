// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/compare/instructions.hpp"

#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <optional>

#include "perfopt/bench/compare/worker.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/core/temp_dir.hpp"

namespace perfopt::bench {
namespace {

using model::Change;

// Numbers of iterations: enough that what a run costs besides them, which varies by some hundred instructions, is lost.
struct Iterations {
  std::uint64_t few, many;
};

// User-mode instructions of a process and of the threads that it starts; empty where the machine cannot count them.
std::optional<UniqueFd> open_counter(pid_t process) {
  perf_event_attr event{};
  event.size = sizeof event;
  event.type = PERF_TYPE_HARDWARE;
  event.config = PERF_COUNT_HW_INSTRUCTIONS;
  event.exclude_kernel = 1;
  event.exclude_hv = 1;
  event.inherit = 1;
  const long fd = ::syscall(SYS_perf_event_open, &event, process, -1, -1, PERF_FLAG_FD_CLOEXEC);
  if (fd < 0) return std::nullopt;
  return UniqueFd(static_cast<int>(fd));
}

double read_counter(const UniqueFd& counter) {
  std::uint64_t value = 0;
  if (::read(counter.get(), &value, sizeof value) != sizeof value) throw_errno("read the instruction counter");
  return static_cast<double>(value);
}

// A benchmark that sets its number of iterations itself does the same work both times: their difference is noise.
void run_exactly(Worker& worker, std::size_t index, std::uint64_t iterations) {
  if (worker.run(index, iterations).iterations == iterations) return;
  throw Unavailable("the benchmark sets its number of iterations itself");
}

Iterations choose_iterations(Worker& worker, std::size_t index) {
  constexpr double kEnoughNs = 2e6;
  const double wall_ns = std::max(worker.run(index, 1).wall_ns, 1.0);
  const auto few = static_cast<std::uint64_t>(std::max(1.0, kEnoughNs / wall_ns));
  return {few, 4 * few};
}

// Also tells `iterations`, for those who count in another way.
std::optional<double> by_counters(const Program& program, std::size_t index, Iterations& iterations) {
  Worker worker(program);
  std::vector<std::string> names;
  if (!worker.greet(names)) throw Unavailable("the " + program.side + " does not answer");
  iterations = choose_iterations(worker, index);
  const auto [few, many] = iterations;
  const auto counter = open_counter(worker.pid());
  if (!counter) return std::nullopt;
  run_exactly(worker, index, many);  // what happens once
  std::array<double, 3> at{read_counter(*counter), 0, 0};
  run_exactly(worker, index, few);
  at[1] = read_counter(*counter);
  run_exactly(worker, index, many);
  at[2] = read_counter(*counter);
  return ((at[2] - at[1]) - (at[1] - at[0])) / static_cast<double>(many - few);
}

// The total that callgrind tells at the end: "==12== Collected : 123456".
double collected(const std::string& text, const std::string& side) {
  constexpr std::string_view kMark = "Collected : ";
  const auto at = text.rfind(kMark);
  if (at == std::string::npos) throw Unavailable("the " + side + " does not run under valgrind");
  return std::strtod(text.c_str() + at + kMark.size(), nullptr);
}

double total_under_valgrind(const Program& program, std::size_t index, std::uint64_t iterations) {
  const TempDir scratch("perfbench");
  const std::filesystem::path log = scratch.path() / "log";
  Worker worker(program,
                {"valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--log-file=" + log.string()});
  std::vector<std::string> names;
  if (!worker.greet(names)) throw Unavailable("the " + program.side + " does not run under valgrind");
  (void)worker.run(index, 1);
  run_exactly(worker, index, iterations);
  worker.finish();
  return collected(read_file(log), program.side);
}

double by_valgrind(const Program& program, std::size_t index, const Iterations& iterations) {
  const auto [few, many] = iterations;
  return (total_under_valgrind(program, index, many) - total_under_valgrind(program, index, few)) /
         static_cast<double>(many - few);
}

Change judge(double ratio, double margin) {
  if (ratio > 1 + margin) return Change::slower;
  return ratio < 1 / (1 + margin) ? Change::faster : Change::same;
}

}  // namespace

model::MetricChange compare_instructions(const Program& base, const Program& changed, const std::string& base_name,
                                         const std::string& name, double margin) {
  model::MetricChange metric;
  metric.metric = "instructions";
  metric.unit = "1";
  try {
    Iterations of_base{};
    Iterations of_changed{};
    metric.base = by_counters(base, base.index_of(base_name), of_base);
    metric.changed = by_counters(changed, changed.index_of(name), of_changed);
    metric.source = "counters";
    if (!metric.base || !metric.changed) {
      if (find_program("valgrind").empty()) {
        throw Unavailable("no hardware counters here, and no valgrind to count instead; install valgrind");
      }
      metric.base = by_valgrind(base, base.index_of(base_name), of_base);
      metric.changed = by_valgrind(changed, changed.index_of(name), of_changed);
      metric.source = "valgrind";
    }
  } catch (const Error& error) {
    metric.base.reset();
    metric.changed.reset();
    metric.skipped_reason = error.what();
    return metric;
  }
  if (*metric.base > 0 && *metric.changed > 0) metric.verdict = judge(*metric.changed / *metric.base, margin);
  return metric;
}

}  // namespace perfopt::bench
