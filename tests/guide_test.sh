#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The two programs of docs/guides/library.md do the same: equal answers and equal files for the same log.
#
#   tests/guide_test.sh BUILD_DIRECTORY [LINES]    prints how long each took
set -euo pipefail
before=$1/tests/guide_before
after=$1/tests/guide_after
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

awk -v lines="${2:-20000}" 'BEGIN {
  srand(1)
  for (i = 0; i < lines; ++i) printf "/page/%d %d\n", i % 97, exp(rand() * 9)
}' >"$scratch/log"

milliseconds() { echo $((($2 - $1) / 1000000)); }
begin=$(date +%s%N)
"$before" "$scratch/log" "$scratch/slow_before" >"$scratch/said_before"
middle=$(date +%s%N)
"$after" "$scratch/log" "$scratch/slow_after" >"$scratch/said_after"
end=$(date +%s%N)

[[ -s $scratch/slow_before && -s $scratch/said_before ]] || { echo "guide: the first program did nothing" >&2; exit 1; }
cmp "$scratch/said_before" "$scratch/said_after"
cmp "$scratch/slow_before" "$scratch/slow_after"
cat "$scratch/said_after"
echo "guide: before $(milliseconds "$begin" "$middle") ms, after $(milliseconds "$middle" "$end") ms, equal answers"
