#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A stream to our own server over loopback against iperf3: one TCP connection, pieces of 128 KiB, two processes.
#
#   benchmarks/stream_against_iperf3.sh BENCH_LINKS [ROUNDS]
#
# BENCH_LINKS is the program bench_links that the option PERFOPT_BENCHMARKS builds. Runs of both alternate, and the
# order changes in each of the ROUNDS (default 7); the ratio is that of the medians over the rounds. Exit code: 0 when
# it is at least 0.90, 1 when it is not, 2 for wrong arguments, 3 without iperf3. Takes about 5 s a round.
set -euo pipefail

if [[ $# -lt 1 || ! -x $1 ]]; then
  echo "usage: $0 BENCH_LINKS [ROUNDS]" >&2
  exit 2
fi
if ! command -v iperf3 >/dev/null; then
  echo "$0: iperf3 is missing: apt-get install iperf3" >&2
  exit 3
fi
readonly program=$1 rounds=${2:-7}
readonly seconds=2
port=$((20000 + RANDOM % 20000))
iperf3 --server --bind 127.0.0.1 --port "$port" >/dev/null 2>&1 &
readonly server=$!
trap 'kill "$server"' EXIT
sleep 0.5

# Bytes a second that the receiver saw.
iperf_rate() {
  iperf3 --client 127.0.0.1 --port "$port" --time "$seconds" --json |
    awk '/"sum_received"/ { inside = 1 } inside && /"bits_per_second"/ { gsub(/[^0-9.e+]/, "", $2); printf "%.0f\n", $2 / 8; exit }'
}

# The column bytes_per_second.
our_rate() {
  "$program" --benchmark_filter="BM_link/loopback" --benchmark_min_time="$seconds" --benchmark_format=csv 2>/dev/null |
    awk -F, '$1 == "name" { for (i = 1; i <= NF; ++i) if ($i == "bytes_per_second") column = i }
             /^"BM_/ { printf "%.0f\n", $column }'
}

for ((round = 0; round < rounds; ++round)); do
  if ((round % 2)); then
    iperf=$(iperf_rate)
    ours=$(our_rate)
  else
    ours=$(our_rate)
    iperf=$(iperf_rate)
  fi
  echo "$iperf $ours"
done | awk '
  function median(values, n,   i, j, value) {
    for (i = 2; i <= n; ++i) {
      value = values[i]
      for (j = i - 1; j > 0 && values[j] > value; --j) values[j + 1] = values[j]
      values[j + 1] = value
    }
    return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
  }
  { printf "iperf3 %6.2f GB/s  ours %6.2f GB/s  ratio %.3f\n", $1 / 1e9, $2 / 1e9, $2 / $1; iperf[NR] = $1; ours[NR] = $2 }
  END {
    ratio = median(ours, NR) / median(iperf, NR)
    printf "ratio of the medians %.3f (goal 0.90)\n", ratio
    exit ratio < 0.90
  }'
