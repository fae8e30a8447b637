// SPDX-License-Identifier: Apache-2.0
// How often does the history call a change where there is none, and find one where there is?
//
//   change_points                 simulated series; the same figures on every machine
//   change_points FILE...         recorded series of the same code: documents of `perfbench history show --format json`
//                                 are not read, but their points as lines "name,median,median,...", as same_code.py
//                                 records them
// Sessions differ as they do on shared machines: 2 to 10 %, with heavy tails, with neighbours of a few sessions, with
// memory from one to the next.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "perfopt/core/random.hpp"
#include "perfopt/stats/change_points.hpp"

namespace {

using perfopt::Random;

constexpr int kSeries = 500;

double normal(Random& random) {
  return std::sqrt(-2 * std::log(1 - random.unit())) * std::cos(2 * 3.14159265358979323846 * random.unit());
}

// Student's t with 3 degrees of freedom, scaled to the quartiles of a standard normal distribution.
double heavy(Random& random) {
  double squares = 0;
  for (int i = 0; i < 3; ++i) squares += std::pow(normal(random), 2);
  return 0.882 * normal(random) / std::sqrt(squares / 3);
}

using Noise = std::function<std::vector<double>(Random&, std::size_t)>;

Noise independent(double (*draw)(Random&), double spread) {
  return [=](Random& random, std::size_t n) {
    std::vector<double> values(n);
    for (double& value : values) value = spread * draw(random);
    return values;
  };
}

Noise autoregressive(double memory, double spread) {
  return [=](Random& random, std::size_t n) {
    std::vector<double> values(n);
    double last = heavy(random);
    for (double& value : values) {
      last = memory * last + std::sqrt(1 - memory * memory) * heavy(random);
      value = spread * last;
    }
    return values;
  };
}

// One session in `every` is slow, by 5 to 30 %.
Noise with_spikes(double spread, std::uint64_t every) {
  return [=](Random& random, std::size_t n) {
    std::vector<double> values(n);
    for (double& value : values) {
      value = spread * normal(random) + (random.below(every) == 0 ? 0.05 + 0.25 * random.unit() : 0);
    }
    return values;
  };
}

// A neighbour that stays for some sessions and slows them down by `cost`.
Noise with_neighbour(double spread, double cost, double mean_stay) {
  return [=](Random& random, std::size_t n) {
    std::vector<double> values(n);
    bool here = random.below(2) == 0;
    for (double& value : values) {
      if (random.unit() < 1 / mean_stay) here = !here;
      value = spread * normal(random) + (here ? cost : 0);
    }
    return values;
  };
}

struct Kind {
  const char* name;
  Noise noise;
};

std::vector<double> series(const Kind& kind, int number, std::size_t before, std::size_t after, double step) {
  Random random(1000U * static_cast<unsigned>(number) + 17);
  std::vector<double> values = kind.noise(random, before + after);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = 1e6 * std::exp(values[i] + (i < before ? 0 : step));
  return values;
}

void print_false(const Kind& kind) {
  std::printf("%-44s", kind.name);
  for (const std::size_t n : {20U, 40U, 100U, 300U}) {
    int changed = 0;
    for (int i = 0; i < kSeries; ++i)
      changed += perfopt::stats::change_points(series(kind, i, n, 0, 0)).empty() ? 0 : 1;
    std::printf("  %5.1f %%", 100.0 * changed / kSeries);
  }
  std::printf("\n");
}

void print_found(const Kind& kind, double step) {
  std::printf("%-44s %+5.1f %%", kind.name, 100 * step);
  for (const std::size_t before : {10U, 20U, 40U, 100U}) {
    int found = 0;
    int other = 0;
    int covered = 0;
    for (int i = 0; i < kSeries; ++i) {
      const auto changes = perfopt::stats::change_points(series(kind, i, before, 10, std::log1p(step)));
      bool hit = false;
      for (const auto& change : changes) {
        const bool here = change.first + 3 >= before && change.first <= before + 3;
        hit = hit || here;
        other += here ? 0 : 1;
        covered += here && change.ratio.low <= 1 + step && change.ratio.high >= 1 + step ? 1 : 0;
      }
      found += hit ? 1 : 0;
    }
    std::printf("  %5.1f (%.1f; %.0f)", 100.0 * found / kSeries, 100.0 * other / kSeries,
                found == 0 ? 0.0 : 100.0 * covered / found);
  }
  std::printf("\n");
}

void simulate() {
  const std::vector<Kind> quiet{{"normal, 0.5 %", independent(normal, 0.005)},
                                {"normal, 1 %", independent(normal, 0.01)},
                                {"heavy tails, 0.5 %", independent(heavy, 0.005)},
                                {"heavy tails, 0.75 %", independent(heavy, 0.0075)},
                                {"heavy tails, 1 %", independent(heavy, 0.01)},
                                {"0.7 %, one in 12 slow by 5 to 30 %", with_spikes(0.007, 12)}};
  const std::vector<Kind> noisy{{"heavy tails, 5 %", independent(heavy, 0.05)},
                                {"heavy tails, 10 %", independent(heavy, 0.1)},
                                {"heavy tails, 3 %, memory .3", autoregressive(0.3, 0.03)},
                                {"heavy tails, 3 %, memory .5", autoregressive(0.5, 0.03)},
                                {"heavy tails, 3 %, memory .7", autoregressive(0.7, 0.03)},
                                {"1 %, a neighbour (3 %) for 2 sessions", with_neighbour(0.01, 0.03, 2)},
                                {"1 %, a neighbour (3 %) for 4 sessions", with_neighbour(0.01, 0.03, 4)},
                                {"1 %, a neighbour (3 %) for 8 sessions", with_neighbour(0.01, 0.03, 8)}};
  std::printf("Same code: series with a change, of %d\n%-44s  %7s  %7s  %7s  %7s\n", kSeries, "runs", "20", "40", "100",
              "300");
  for (const auto* kinds : {&quiet, &noisy}) {
    for (const Kind& kind : *kinds) print_false(kind);
  }
  std::printf(
      "\nA step, then 10 runs: found within 3 runs, %% (changes elsewhere, %%; intervals with the true step, %%)\n");
  std::printf("%-44s %7s  %15s  %15s  %15s  %15s\n", "runs before", "", "10", "20", "40", "100");
  for (const double step : {0.02, -0.02, 0.05}) {
    for (const Kind& kind : quiet) print_found(kind, step);
  }
}

// "name,median,median,...": a line a series.
int judge_recorded(const char* path) {
  std::ifstream file(path);
  int count = 0;
  int changed = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream cells(line);
    std::string name;
    std::vector<double> values;
    std::getline(cells, name, ',');
    for (std::string cell; std::getline(cells, cell, ',');) values.push_back(std::stod(cell));
    const auto changes = perfopt::stats::change_points(values);
    ++count;
    if (changes.empty()) continue;
    ++changed;
    std::printf("%s:", name.c_str());
    for (const auto& change : changes) {
      std::printf(" %+.1f %% at %zu of %zu", 100 * (change.ratio.estimate - 1), change.first, values.size());
    }
    std::printf("\n");
  }
  std::printf("%s: %d of %d series of the same code have a change\n", path, changed, count);
  return count == 0 ? 2 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 1) {
    simulate();
    return 0;
  }
  int code = 0;
  for (int i = 1; i < argc; ++i) code = std::max(code, judge_recorded(argv[i]));
  return code;
}
