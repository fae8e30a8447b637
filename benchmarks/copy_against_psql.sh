#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# optim::db::BulkWriter against psql \copy: the same 500,000 rows into the same empty table of a cluster of its own.
#
#   benchmarks/copy_against_psql.sh BENCH_POSTGRES [ROUNDS]
#
# BENCH_POSTGRES is the program that the option PERFOPT_BENCHMARKS builds. psql reads a file of text from the page cache;
# BulkWriter makes text or binary form out of values in memory. Runs alternate, and the order changes in each of the
# ROUNDS (default 7); the ratio is the median over the rounds. Exit code: 0 when it is at least 0.95 for both forms, 1
# when it is not, 2 for wrong arguments, 3 without PostgreSQL. Takes about 3 s a round and form.
set -euo pipefail

if [[ $# -lt 1 || ! -x $1 ]]; then
  echo "usage: $0 BENCH_POSTGRES [ROUNDS]" >&2
  exit 2
fi
readonly program=$1 rounds=${2:-7} rows=500000
# shellcheck source=benchmarks/cluster.sh
source "$(dirname "$0")/cluster.sh"
start_cluster
"$programs/psql" -qc 'CREATE TABLE rows (id BIGINT, amount BIGINT, note TEXT)'
awk -v n="$rows" 'BEGIN { for (i = 0; i < n; ++i) printf "%d\t%d\tnote number %d of a thousand\n", i, i * 7919, i % 1000 }' \
  >"$directory/rows.tsv"

# Rows a second of the \copy alone: what \timing says of it.
psql_rate() {
  "$programs/psql" -q -c 'TRUNCATE rows' -c 'CHECKPOINT' -c '\timing on' -c "\\copy rows FROM '$directory/rows.tsv'" |
    awk -v n="$rows" '/^Time:/ { printf "%.0f\n", n / $2 * 1000 }'
}

copy_rate() { our_rate "$program" "BM_copy/binary:$1" --benchmark_min_time=0; }

compare() {
  local binary=$1 name=$2 round tool ours
  for ((round = 0; round < rounds; ++round)); do
    if ((round % 2)); then
      tool=$(psql_rate)
      ours=$(copy_rate "$binary")
    else
      ours=$(copy_rate "$binary")
      tool=$(psql_rate)
    fi
    echo "$tool $ours"
  done | median_ratio "$name against psql \\copy" 0.95
}

status=0
compare 0 "text COPY  " || status=1
compare 1 "binary COPY" || status=1
exit "$status"
