#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# optim::BatchReader against fio: random 4 KiB O_DIRECT reads of one file at queue depths 64 and 256, io_uring in both.
#
#   benchmarks/random_reads_against_fio.sh BENCH_BATCH_READER [DIRECTORY] [ROUNDS]
#
# BENCH_BATCH_READER is the program that the option PERFOPT_BENCHMARKS builds; DIRECTORY, on a disk, gets a temporary
# file of 256 MiB (default: $TMPDIR, else /tmp). Runs of both alternate, and the order changes in each of the ROUNDS
# (default 5); the ratio is the median over the rounds. Exit code: 0 when it is at least 0.95 at both depths, 1 when it
# is not, 2 for wrong arguments, 3 without fio. Takes about 4 s a round and depth.
set -euo pipefail

if [[ $# -lt 1 || ! -x $1 ]]; then
  echo "usage: $0 BENCH_BATCH_READER [DIRECTORY] [ROUNDS]" >&2
  exit 2
fi
if ! command -v fio >/dev/null; then
  echo "$0: fio is missing: apt-get install fio" >&2
  exit 3
fi
readonly program=$1 directory=${2:-${TMPDIR:-/tmp}} rounds=${3:-5}
readonly seconds=2
PERFOPT_BENCH_FILE=$(mktemp "$directory/perfopt-fio-XXXXXX")
export PERFOPT_BENCH_FILE
trap 'rm -f "$PERFOPT_BENCH_FILE"' EXIT
dd if=/dev/urandom of="$PERFOPT_BENCH_FILE" bs=1M count=256 conv=fsync status=none

# Field 8 of the terse format: reads a second.
fio_rate() {
  fio --name=reads --filename="$PERFOPT_BENCH_FILE" --rw=randread --bs=4k --direct=1 --ioengine=io_uring \
    --iodepth="$1" --norandommap --randrepeat=0 --time_based --runtime="$seconds" \
    --output-format=terse --terse-version=3 | cut -d';' -f8
}

# The column items_per_second.
our_rate() {
  "$program" --benchmark_filter="/$1/" --benchmark_min_time="$seconds" --benchmark_format=csv 2>/dev/null |
    awk -F, '$1 == "name" { for (i = 1; i <= NF; ++i) if ($i == "items_per_second") column = i }
             /^"BM_/ { printf "%.0f\n", $column }'
}

compare() {
  local depth=$1 round fio ours
  for ((round = 0; round < rounds; ++round)); do
    if ((round % 2)); then
      fio=$(fio_rate "$depth")
      ours=$(our_rate "$depth")
    else
      ours=$(our_rate "$depth")
      fio=$(fio_rate "$depth")
    fi
    echo "$depth $fio $ours"
  done | awk '
    { printf "depth %3d  fio %7d/s  BatchReader %7d/s  ratio %.3f\n", $1, $2, $3, $3 / $2; ratio[NR] = $3 / $2 }
    END {
      for (i = 2; i <= NR; ++i) {
        value = ratio[i]
        for (j = i - 1; j > 0 && ratio[j] > value; --j) ratio[j + 1] = ratio[j]
        ratio[j + 1] = value
      }
      median = NR % 2 ? ratio[(NR + 1) / 2] : (ratio[NR / 2] + ratio[NR / 2 + 1]) / 2
      printf "depth %3d  median ratio %.3f (goal 0.95)\n", $1, median
      exit median < 0.95
    }'
}

status=0
compare 64 || status=1
compare 256 || status=1
exit "$status"
