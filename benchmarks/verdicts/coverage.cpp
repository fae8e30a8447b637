// SPDX-License-Identifier: Apache-2.0
// Do the intervals hold what they promise? Simulated comparisons on noise that was recorded.
//
//   verdict_coverage NOISE.csv [SIMULATIONS]
//
// NOISE.csv    of verdict_record_noise
// SIMULATIONS  of each benchmark and planted ratio: 400 if not given
//
// A comparison draws consecutive pairs from the recording of one benchmark, from a random place on and round its end,
// with the sides exchanged at random (both are the same program), and shifts them by a ratio that is thus known. It
// looks and stops as the family loop of perfbench compare does, after kMostPairs at the latest. Prints, for each
// benchmark and ratio:
//
//   fixed     the plain 95 % interval at a number of pairs that is fixed before: holds the ratio in 95 of 100
//   stopped   the same where the verdict stopped the comparison: may hold less
//   sure      the interval that the verdict rests on, at all looks together: in 99 of 100 at least
//   wrong     slower, faster or same, and it is not so
//   found     slower where it is; same where it is within the margin
//
// Exit code: 0; 1 when the fixed intervals of all hold less than 93 % or more than 97 %, or the sure ones less than
// 99 %; 2 for a wrong request.
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "perfopt/core/random.hpp"
#include "perfopt/stats/sequential.hpp"

namespace {

namespace stats = perfopt::stats;
using perfopt::Random;
using perfopt::model::Change;

constexpr double kErrorRate = 0.01;
constexpr double kMargin = 0.02;
constexpr std::size_t kMostPairs = 140;
constexpr std::size_t kFixedLook = 3;
constexpr double kRatios[] = {1.0, 1.005, 1.01, 1.02, 1.05};

struct Tally {
  int comparisons = 0, fixed = 0, stopped = 0, sure = 0, wrong = 0, found = 0;

  void add(const Tally& other) {
    comparisons += other.comparisons;
    fixed += other.fixed;
    stopped += other.stopped;
    sure += other.sure;
    wrong += other.wrong;
    found += other.found;
  }
};

bool holds(const perfopt::model::Interval& interval, double ratio) {
  return interval.low <= ratio && ratio <= interval.high;
}

std::vector<double> draw(std::span<const double> recorded, double ratio, Random& random) {
  const std::size_t begin = random.below(recorded.size());
  const double side = (random() & 1U) == 0 ? 1 : -1;
  std::vector<double> pairs;
  for (std::size_t i = 0; i < kMostPairs; ++i) {
    pairs.push_back(side * recorded[(begin + i) % recorded.size()] + std::log(ratio));
  }
  return pairs;
}

bool is_wrong(Change verdict, double ratio) {
  switch (verdict) {
    case Change::slower:
      return ratio <= 1;
    case Change::faster:
      return ratio >= 1;
    case Change::same:
      return ratio > 1 + kMargin;
    default:
      return false;
  }
}

Tally compare(std::span<const double> pairs, double ratio) {
  Tally tally;
  tally.comparisons = 1;
  tally.sure = 1;
  Change verdict = Change::inconclusive;
  perfopt::model::Interval last;
  for (std::size_t index = 0; stats::look(index).pairs <= pairs.size(); ++index) {
    const auto evidence = stats::weigh(pairs.first(stats::look(index).pairs), kErrorRate);
    if (index == kFixedLook) tally.fixed = holds(evidence->ratio, ratio) ? 1 : 0;
    if (verdict != Change::inconclusive) {
      if (index >= kFixedLook) break;
      continue;
    }
    if (!holds(evidence->sure, ratio)) tally.sure = 0;
    last = evidence->ratio;
    verdict = stats::decide(*evidence, evidence->p_slower, evidence->p_faster, kMargin, kErrorRate);
  }
  tally.stopped = holds(last, ratio) ? 1 : 0;
  tally.wrong = is_wrong(verdict, ratio) ? 1 : 0;
  const bool same = ratio <= 1 + kMargin && verdict == Change::same;
  tally.found = same || (ratio > 1 && verdict == Change::slower) ? 1 : 0;
  return tally;
}

std::map<std::string, std::vector<double>> read(const char* path) {
  std::map<std::string, std::vector<double>> series;
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::size_t comma = line.rfind(',');
    if (comma == std::string::npos) continue;
    series[line.substr(0, comma)].push_back(std::strtod(line.c_str() + comma + 1, nullptr));
  }
  return series;
}

void print(const std::string& name, const std::string& ratio, const Tally& tally) {
  const auto share = [&](int count) { return 100.0 * count / tally.comparisons; };
  std::cout << std::left << std::setw(16) << name << std::setw(8) << ratio << std::right << std::fixed
            << std::setprecision(1);
  for (const int count : {tally.fixed, tally.stopped, tally.sure, tally.wrong, tally.found}) {
    std::cout << std::setw(9) << share(count);
  }
  std::cout << '\n';
}

}  // namespace

int main(int argc, char** argv) {
  const auto series = argc >= 2 ? read(argv[1]) : std::map<std::string, std::vector<double>>{};
  const int simulations = argc >= 3 ? std::atoi(argv[2]) : 400;
  if (series.empty() || simulations < 1) {
    std::cerr << "usage: verdict_coverage NOISE.csv [SIMULATIONS]\n";
    return 2;
  }
  std::cout << "percent of comparisons  fixed  stopped     sure    wrong    found\n";
  Random random(1);
  Tally all;
  for (const auto& [name, recorded] : series) {
    for (const double ratio : kRatios) {
      Tally tally;
      for (int i = 0; i < simulations; ++i) tally.add(compare(draw(recorded, ratio, random), ratio));
      print(name, std::to_string(ratio).substr(0, 5), tally);
      all.add(tally);
    }
  }
  print("all", "", all);
  const double fixed = static_cast<double>(all.fixed) / all.comparisons;
  const double sure = static_cast<double>(all.sure) / all.comparisons;
  return fixed >= 0.93 && fixed <= 0.97 && sure >= 0.99 ? 0 : 1;
}
