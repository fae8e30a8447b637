// SPDX-License-Identifier: Apache-2.0
// Records the noise of this machine as comparisons meet it: pairs of a program against itself, one after another.
//
//   verdict_record_noise BASE CHANGED PAIRS SECONDS > noise.csv
//
// BASE, CHANGED   two programs of the same work, linked with Perfopt::benchmark_main: verdict_sliced_0 and _0b
// PAIRS, SECONDS  of each benchmark: at most
//
// Prints "benchmark,log_ratio" lines in order of time: log(changed / base) of the thread's CPU time, measured as
// perfbench compare does. verdict_coverage reads it. Exit code: 0; 2 for a wrong request.
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <memory>

#include "perfopt/bench/compare/duel.hpp"
#include "perfopt/bench/compare/program.hpp"
#include "perfopt/bench/compare/sliced_duel.hpp"
#include "perfopt/bench/placement.hpp"
#include "perfopt/core/error.hpp"

namespace {

namespace bench = perfopt::bench;
using Clock = std::chrono::steady_clock;

constexpr double kTimeoutS = 60;

void record(bench::Duel& duel, int pairs, double seconds, perfopt::Random& order) {
  duel.prepare();
  const auto begin = Clock::now();
  for (int i = 0; i < pairs && std::chrono::duration<double>(Clock::now() - begin).count() < seconds; ++i) {
    const bench::MeasuredPair pair = duel.pair(order);
    std::cout << duel.name() << ',' << std::log(pair.changed.cpu_ns / pair.base.cpu_ns) << '\n';
  }
  std::cout.flush();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: verdict_record_noise BASE CHANGED PAIRS SECONDS\n";
    return 2;
  }
  try {
    const bench::Program base = bench::open_program("base", argv[1], kTimeoutS);
    const bench::Program changed = bench::open_program("changed", argv[2], kTimeoutS);
    const bench::OneCpu one_cpu;
    perfopt::Random order(bench::random_seed());
    std::cout << "benchmark,log_ratio\n";
    for (const std::string& name : base.names) {
      record(*bench::make_sliced_duel(base, changed, name, name, {}), std::atoi(argv[3]), std::atof(argv[4]), order);
    }
  } catch (const perfopt::Error& error) {
    std::cerr << "verdict_record_noise: " << error.what() << '\n';
    return 2;
  }
}
