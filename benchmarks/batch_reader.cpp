// SPDX-License-Identifier: Apache-2.0
// Random 4 KiB O_DIRECT reads of the file in PERFOPT_BENCH_FILE (made beforehand) through optim::BatchReader at queue
// depths 64 and 256. random_reads_against_fio.sh runs it beside fio.
#include <cstdlib>
#include <memory>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "perfopt/core/random.hpp"
#include "perfopt/optim/io/batch_reader.hpp"

namespace {

constexpr std::size_t kBlockBytes = 4096;
constexpr std::size_t kReads = 65536;  // a batch: its end, where the queue runs empty, is under 1 % of it

struct Free {
  void operator()(void* memory) const noexcept { std::free(memory); }
};

void BM_random_reads(benchmark::State& state) {
  const char* const path = std::getenv("PERFOPT_BENCH_FILE");
  if (path == nullptr) return state.SkipWithError("PERFOPT_BENCH_FILE names no file");
  const std::uint64_t blocks = std::filesystem::file_size(path) / kBlockBytes;
  perfopt::optim::BatchReader reader(path, {.depth = static_cast<unsigned>(state.range(0)), .direct = true});
  if (!reader.fallback_reason().empty()) return state.SkipWithError(reader.fallback_reason().c_str());
  const std::size_t buffer_count = 2 * static_cast<std::size_t>(state.range(0));  // few and hot: fio has one a request
  const std::unique_ptr<void, Free> memory(std::aligned_alloc(kBlockBytes, buffer_count * kBlockBytes));
  const std::span<std::byte> buffers(static_cast<std::byte*>(memory.get()), buffer_count * kBlockBytes);
  perfopt::Random random(std::random_device{}());
  std::vector<perfopt::optim::Read> reads;
  for (std::size_t i = 0; i < kReads; ++i) {
    reads.push_back({0, buffers.subspan(i % buffer_count * kBlockBytes, kBlockBytes)});
  }
  for (auto _ : state) {
    for (perfopt::optim::Read& read : reads) read.offset = random.below(blocks) * kBlockBytes;
    reader.read(reads);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kReads));
}
BENCHMARK(BM_random_reads)->Arg(64)->Arg(256)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
