// SPDX-License-Identifier: Apache-2.0
// A history of 100,000 runs of 100 benchmarks in SQLite: how long it takes to read one benchmark's, and to add a run.
//
//   verdict_history_scale [RUNS [BENCHMARKS [DIRECTORY]]]    makes and removes a store of about 1 GB for 100,000 x 100
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "perfopt/core/random.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/core/timestamp.hpp"
#include "perfopt/store/history.hpp"

namespace {

using namespace perfopt;
using Clock = std::chrono::steady_clock;

constexpr int kRepeats = 21;

double ms_since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

model::HistoryRun run_number(std::size_t number, std::size_t benchmarks, Random& random) {
  model::HistoryRun run;
  run.started = utc_text(1'500'000'000 + 600 * static_cast<std::int64_t>(number));
  run.commit = "c0ffee" + std::to_string(number);
  run.branch = number % 5 == 0 ? "topic" : "main";
  run.machine = "a machine";
  run.environment = model::fingerprint_of(run.machine);
  run.tool = "perfopt";
  for (std::size_t i = 0; i < benchmarks; ++i) {
    const double median = 1000.0 + 10 * static_cast<double>(i) + random.unit();
    run.results.push_back(
        {"memory/sort/tbb/" + std::to_string(i), "ns", false, median, median - 1, median + 1, 20, {}});
  }
  return run;
}

// Median and largest of several, of a store that is opened anew each time.
template <class Body>
void measure(const char* what, const std::string& path, Body body) {
  std::vector<double> times;
  for (int i = 0; i < kRepeats; ++i) {
    const auto start = Clock::now();
    store::History history = store::History::open(path, true);
    body(history, i);
    times.push_back(ms_since(start));
  }
  std::ranges::sort(times);
  std::printf("%-52s median %8.2f ms, largest %8.2f ms\n", what, times[kRepeats / 2], times.back());
}

std::size_t whole(int argc, char** argv, int index, std::size_t otherwise) {
  return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t runs = whole(argc, argv, 1, 100'000);
  const std::size_t benchmarks = whole(argc, argv, 2, 100);
  const TempDir directory("perfopt-history", argc > 3 ? argv[3] : "");
  const std::string path = (directory.path() / "history.sqlite").string();
  Random random(1);
  const auto start = Clock::now();
  {
    constexpr std::size_t kBatch = 1000;
    store::History history = store::History::open(path, true);
    for (std::size_t done = 0; done < runs; done += kBatch) {
      std::vector<model::HistoryRun> batch;
      for (std::size_t i = done; i < std::min(runs, done + kBatch); ++i) {
        batch.push_back(run_number(i, benchmarks, random));
      }
      history.record_all(batch);
    }
  }
  std::printf("%zu runs of %zu benchmarks: filled in %.1f s, %.0f MB\n", runs, benchmarks, ms_since(start) / 1000,
              static_cast<double>(std::filesystem::file_size(path)) / 1e6);
  std::size_t seen = 0;
  const auto key = [&](store::History& history, int i) {
    return history.series()[static_cast<std::size_t>(i * 37) % benchmarks].id;
  };
  measure("one benchmark, all runs", path,
          [&](auto& history, int i) { seen += history.points(key(history, i)).size(); });
  measure("one benchmark, the latest 500", path,
          [&](auto& history, int i) { seen += history.points(key(history, i), 500).size(); });
  measure("one benchmark, all runs of a branch", path,
          [&](auto& history, int i) { seen += history.points(key(history, i), 0, "main").size(); });
  measure("the latest 100 runs", path, [&](auto& history, int) {
    store::RunFilter filter;
    filter.last = 100;
    seen += history.runs(filter).size();
  });
  measure("a run is recorded, durably", path, [&](auto& history, int i) {
    seen += history.record(run_number(runs + static_cast<std::size_t>(i), benchmarks, random)) ? 1U : 0U;
  });
  const std::size_t branch = runs - (runs + 4) / 5;
  const std::size_t expected =
      kRepeats * (runs + std::min<std::size_t>(runs, 500) + branch + std::min<std::size_t>(runs, 100) + 1);
  if (seen == expected) return 0;
  std::printf("WRONG: %zu rows were seen, not %zu\n", seen, expected);
  return 1;
}
