// SPDX-License-Identifier: Apache-2.0
// main() of a Google Benchmark program that can also be run in slices (protocol.hpp), for `perfbench compare --run`.
//
// Link Perfopt::benchmark_main instead of benchmark::benchmark_main; nothing else changes. Alone, the program behaves
// as with the usual main. In slices, its benchmarks run for a fraction of a millisecond at a time, in turns with those
// of another build of it, which tells small changes apart in a second.
//
// Google Benchmark does not tell which benchmarks there are. The linker routes their registration through
// __wrap_..., below (option --wrap of the target): each family gets a short name of ours, which selects it.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "perfopt/bench/slices/protocol.hpp"

extern "C" {
// Of Perfopt::benchmark_allocations (allocation_hook.cpp), null where that is not linked.
[[gnu::weak]] extern std::atomic<bool> perfopt_allocations_on;
[[gnu::weak]] extern std::atomic<std::uint64_t> perfopt_allocation_bytes;

benchmark::internal::Benchmark* __real__ZN9benchmark8internal25RegisterBenchmarkInternalEPNS0_9BenchmarkE(
    benchmark::internal::Benchmark* family);
benchmark::internal::Benchmark* __wrap__ZN9benchmark8internal25RegisterBenchmarkInternalEPNS0_9BenchmarkE(
    benchmark::internal::Benchmark* family);
}

namespace {

using Family = benchmark::internal::Benchmark;

// In order of registration. A function's static: registration runs before main().
std::vector<Family*>& families() {
  static std::vector<Family*> all;
  return all;
}

// What one call of RunSpecifiedBenchmarks gave.
class Collector final : public benchmark::BenchmarkReporter {
 public:
  Collector() {
    SetOutputStream(&text_);
    SetErrorStream(&text_);
  }
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type == Run::RT_Iteration) add(run);
    }
  }

  [[nodiscard]] std::string text() const { return text_.str(); }
  benchmark::IterationCount iterations = 0;
  double wall_s = 0;
  double cpu_s = 0;
  long threads = 1;
  bool manual = false;
  std::string label;
  std::string failure;

 private:
  template <class R>
  static std::string failure_of(const R& run) {
    if constexpr (requires { run.error_occurred; }) {
      return run.error_occurred ? "says: " + run.error_message : "";
    } else {  // from 1.8 on
      return run.skipped != 0 ? "says: " + run.skip_message : "";
    }
  }

  void add(const Run& run) {
    if (failure.empty()) failure = failure_of(run);
    iterations += run.iterations;
    wall_s += run.real_accumulated_time;
    cpu_s += run.cpu_accumulated_time;
    threads = static_cast<long>(run.threads);
    manual = manual || run.run_name.time_type == "manual_time";
    label = run.report_label;
    for (const auto& [name, counter] : run.counters) {
      if (!name.starts_with("checksum")) continue;
      std::ostringstream value;
      value.precision(17);
      value << (label.empty() ? "" : " ") << name << '=' << counter.value;
      label += value.str();
    }
  }

  std::ostringstream text_;
};

// One of the program's benchmarks, a family with its arguments.
struct Entry {
  std::string name;     // as people know it
  std::string pattern;  // selects it, whether or not its name tells a number of iterations
  Family* family;
  bool fixed;  // the program has set the number of iterations or the time itself
};

std::vector<std::string> listed_names() {
  std::string list = "--benchmark_list_tests=true";
  std::string run = "--benchmark_list_tests=false";
  std::string program = "perfopt";
  const auto set = [&](std::string& flag) {
    char* words[] = {program.data(), flag.data(), nullptr};
    int count = 2;
    benchmark::Initialize(&count, words);
  };
  set(list);
  Collector collector;
  benchmark::RunSpecifiedBenchmarks(&collector, "all");
  set(run);
  std::vector<std::string> names;
  std::istringstream lines(collector.text());
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  return names;
}

// "f3/64/real_time" selects itself with "/iterations:100" at any place.
std::string pattern_of(const std::string& name) {
  std::string pattern = "^";
  for (const char c : name) {
    if (c == '/') pattern += "(/iterations:[0-9]+)?";
    if (std::strchr("^$\\.*+?()[]{}|", c) != nullptr) pattern += '\\';
    pattern += c;
  }
  return pattern + "(/iterations:[0-9]+)?$";
}

std::vector<Entry> entries() {
  const std::vector<std::string> names = listed_names();
  std::map<std::string, Family*> by_name;
  for (Family* family : families()) {
    const std::string name = "f" + std::to_string(by_name.size());
    by_name[name] = family;
    family->Name(name);
  }
  const std::vector<std::string> ours = listed_names();
  std::vector<Entry> all;
  for (std::size_t i = 0; i < names.size() && i < ours.size(); ++i) {
    const bool fixed = names[i].find("/iterations:") != std::string::npos ||
                       names[i].find("/min_time:") != std::string::npos ||
                       names[i].find("/min_warmup_time:") != std::string::npos;
    all.push_back({names[i], pattern_of(ours[i]), by_name.at(ours[i].substr(0, ours[i].find('/'))), fixed});
  }
  return all;
}

std::string one_line(std::string text) {
  for (char& c : text) c = c == '\n' || c == '\r' ? ' ' : c;
  return text;
}

rusage usage() {
  rusage result{};
  getrusage(RUSAGE_SELF, &result);
  return result;
}

std::string run_slice(const Entry& entry, long iterations) {
  if (iterations > 0 && !entry.fixed) entry.family->Iterations(iterations);
  Collector collector;
  const bool counts = &perfopt_allocations_on != nullptr && &perfopt_allocation_bytes != nullptr;
  const rusage before = usage();
  if (counts) perfopt_allocation_bytes = 0;
  if (counts) perfopt_allocations_on = true;
  benchmark::RunSpecifiedBenchmarks(&collector, entry.pattern);
  if (counts) perfopt_allocations_on = false;
  const rusage after = usage();
  if (!collector.failure.empty()) return "failed " + one_line(collector.failure);
  if (collector.iterations == 0) return "failed ran nothing: " + one_line(collector.text());
  const long allocated = counts ? static_cast<long>(perfopt_allocation_bytes.load()) : -1;
  constexpr long kKibibyte = 1024;
  std::ostringstream line;
  line.precision(17);
  line << "ran " << collector.iterations << ' ' << collector.wall_s << ' ' << collector.cpu_s << ' '
       << after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt << ' '
       << after.ru_nvcsw - before.ru_nvcsw << ' ' << after.ru_nivcsw - before.ru_nivcsw << ' ' << allocated << ' '
       << after.ru_maxrss * kKibibyte << ' ' << collector.threads << ' ' << (collector.manual ? 1 : 0) << ' '
       << one_line(collector.label);
  return line.str();
}

// Nobody reads any more: perfbench has what it wanted, or is gone.
void say(FILE* out, const std::string& line) {
  if (std::fprintf(out, "%s\n", line.c_str()) < 0 || std::fflush(out) != 0) std::_Exit(0);
}

int serve(const char* descriptors) {
  int in = -1;
  int out = -1;
  if (std::sscanf(descriptors, "%d,%d", &in, &out) != 2) return 2;
  FILE* reader = ::fdopen(in, "r");
  FILE* writer = ::fdopen(out, "w");
  if (reader == nullptr || writer == nullptr) return 2;
  ::unsetenv(perfopt::bench::kSlicesVariable);
  const std::vector<Entry> all = entries();
  say(writer, perfopt::bench::kSlicesGreeting);
  for (const Entry& entry : all) say(writer, "benchmark " + one_line(entry.name));
  say(writer, "ready");
  constexpr int kLine = 128;
  char line[kLine];
  while (std::fgets(line, kLine, reader) != nullptr) {
    std::size_t index = 0;
    long iterations = 0;
    const bool understood = std::sscanf(line, "run %zu %ld", &index, &iterations) == 2 && index < all.size();
    say(writer, understood ? run_slice(all[index], iterations) : "failed not understood: " + one_line(line));
  }
  // As killed programs do, without the destructors of the benchmarks: the next worker waits for this core.
  std::_Exit(0);
}

}  // namespace

extern "C" benchmark::internal::Benchmark* __wrap__ZN9benchmark8internal25RegisterBenchmarkInternalEPNS0_9BenchmarkE(
    benchmark::internal::Benchmark* family) {
  families().push_back(family);
  return __real__ZN9benchmark8internal25RegisterBenchmarkInternalEPNS0_9BenchmarkE(family);
}

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (const char* descriptors = std::getenv(perfopt::bench::kSlicesVariable)) return serve(descriptors);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
