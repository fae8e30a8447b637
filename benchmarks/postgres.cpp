// SPDX-License-Identifier: Apache-2.0
// optim/database/ on the PostgreSQL server of $PERFOPT_BENCH_DATABASE, for copy_against_psql.sh and
// prepared_against_pgbench.sh, which make the tables.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "perfopt/core/random.hpp"
#include "perfopt/optim/database/bulk_writer.hpp"

namespace {

using namespace perfopt::optim::db;

std::string target() {
  const char* given = std::getenv("PERFOPT_BENCH_DATABASE");
  if (given == nullptr) throw std::invalid_argument("set PERFOPT_BENCH_DATABASE");
  return given;
}

// One COPY of range(1) rows; the rows of copy_against_psql.sh.
void BM_copy(benchmark::State& state) {
  Postgres connection(target());
  const auto format = state.range(0) == 0 ? CopyFormat::text : CopyFormat::binary;
  std::vector<std::string> notes;
  for (int i = 0; i < 1000; ++i) notes.push_back("note number " + std::to_string(i) + " of a thousand");
  std::uint64_t rows = 0;
  for (auto _ : state) {
    state.PauseTiming();
    (void)connection.execute("TRUNCATE rows; CHECKPOINT");
    state.ResumeTiming();
    BulkWriter writer(connection, "rows", {"id", "amount", "note"}, format);
    for (std::int64_t id = 0; id < state.range(1); ++id) {
      writer.add({id, id * 7919, notes[static_cast<std::size_t>(id % 1000)]});
    }
    rows += writer.finish();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows));
}
BENCHMARK(BM_copy)->ArgNames({"binary", "rows"})->Args({0, 500'000})->Args({1, 500'000})->UseRealTime();

// The query of pgbench -S -M prepared.
void BM_prepared(benchmark::State& state) {
  Postgres connection(target());
  connection.prepare("select", "SELECT abalance FROM pgbench_accounts WHERE aid = $1");
  perfopt::Random random(1);
  for (auto _ : state) {
    const std::string aid = std::to_string(1 + random.below(100'000));
    const char* const values[] = {aid.c_str()};
    benchmark::DoNotOptimize(connection.execute_prepared("select", values).integer(0, 0));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(BM_prepared)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
