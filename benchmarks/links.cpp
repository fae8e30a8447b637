// SPDX-License-Identifier: Apache-2.0
// What the links of the network category carry: 16 MiB (8 MB on links below 100 Mbit/s) over one connection, as a share
// of the link's rate, after a first stream has found the window. The server keeps what it receives; nothing is hashed.
//
//   bench_links [--benchmark_filter=BM_link/region]
//
// BM_link/loopback is the stream that stream_against_iperf3.sh runs beside iperf3. The servers are this program again.
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "perfopt/bench/network/connection.hpp"
#include "perfopt/bench/network/link.hpp"
#include "perfopt/bench/peer.hpp"

namespace {

using namespace perfopt::bench;

constexpr std::size_t kPieceBytes = std::size_t{128} << 10;  // iperf3's own

void BM_link(benchmark::State& state, const LinkProfile& profile) {
  ServiceContext context;
  context.scratch = std::filesystem::temp_directory_path();
  Link link(context, std::string(profile.name));
  Connection connection(link, std::move(link.sockets(1).front()));
  const bool is_slow = profile.bytes_per_s > 0 && profile.bytes_per_s < 12e6;
  // On loopback many short streams one after another, so that the server's memory stays in the cache as iperf3's does.
  const std::size_t stream_bytes = profile.bytes_per_s == 0 ? kPieceBytes : is_slow ? 8'000'000 : 16'777'216;
  const std::size_t streams = profile.bytes_per_s == 0 ? 2048 : 1;
  connection.open({Traffic::stream, link.new_session(), stream_bytes});
  const std::vector<std::byte> data(stream_bytes);
  const auto send = [&] {
    for (std::size_t i = 0; i < streams; ++i) connection.send(data);
    for (std::size_t i = 0; i < streams; ++i) (void)connection.acknowledgement();
  };
  send();
  for (auto _ : state) send();
  const auto bytes = static_cast<double>(state.iterations()) * static_cast<double>(streams * stream_bytes);
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  state.SetLabel(link.conditions());
  if (link.bytes_per_s() > 0) {
    state.counters["share"] = benchmark::Counter(bytes / link.bytes_per_s(), benchmark::Counter::kIsRate);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (const auto code = run_peer(argc, argv)) return *code;
  for (const LinkProfile& profile : link_profiles()) {
    benchmark::RegisterBenchmark(("BM_link/" + std::string(profile.name)).c_str(),
                                 [&profile](benchmark::State& state) { BM_link(state, profile); })
        ->UseRealTime()
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
