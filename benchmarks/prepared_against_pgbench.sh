#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# optim::db::Postgres against pgbench -S -M prepared: one client, one row by key, on a cluster of its own.
#
#   benchmarks/prepared_against_pgbench.sh BENCH_POSTGRES [ROUNDS]
#
# BENCH_POSTGRES is the program that the option PERFOPT_BENCHMARKS builds. Runs alternate, and the order changes in each
# of the ROUNDS (default 7); the ratio is the median over the rounds. Exit code: 0 when it is at least 0.90, 1 when it is
# not, 2 for wrong arguments, 3 without PostgreSQL. Takes about 4 s a round.
set -euo pipefail

if [[ $# -lt 1 || ! -x $1 ]]; then
  echo "usage: $0 BENCH_POSTGRES [ROUNDS]" >&2
  exit 2
fi
readonly program=$1 rounds=${2:-7} seconds=2
# shellcheck source=benchmarks/cluster.sh
source "$(dirname "$0")/cluster.sh"
start_cluster
"$programs/pgbench" -i -q -s 1 >"$directory/pgbench.log" 2>&1

pgbench_rate() { "$programs/pgbench" -n -S -M prepared -c 1 -T "$seconds" 2>/dev/null | awk '/^tps =/ { print $3 }'; }
prepared_rate() { our_rate "$program" BM_prepared --benchmark_min_time="$seconds"; }

for ((round = 0; round < rounds; ++round)); do
  if ((round % 2)); then
    tool=$(pgbench_rate)
    ours=$(prepared_rate)
  else
    ours=$(prepared_rate)
    tool=$(pgbench_rate)
  fi
  echo "$tool $ours"
done | median_ratio "prepared queries against pgbench" 0.90
