#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Do whole runs of `perfbench --all` name the same winners?
#
#   benchmarks/agreement.sh PERFBENCH [RUNS] [perfbench flags...]
#
# Runs the suite RUNS times (5), each with another seed, and prints for how many cases each later run agrees with the
# first: the winner is the same, or each run calls the other's winner tied with its own. Goal: 95 %.
set -euo pipefail
perfbench=${1:?usage: benchmarks/agreement.sh PERFBENCH [RUNS] [flags...]}
runs=${2:-5}
shift $(($# < 2 ? $# : 2))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for ((run = 1; run <= runs; ++run)); do
  echo "run $run of $runs" >&2
  "$perfbench" --all --quiet --seed "$run" --output "$work/$run.json" "$@" >/dev/null
done

python3 - "$work" "$runs" <<'PY'
import json, sys

def winners(path):
    found = {}
    for case in json.load(open(path))["cases"]:
        if case["size_class"] != "refined" and case["best"]["variant"]:
            best = case["best"]
            found[case["category"], case["problem"], case["size"]] = (best["variant"], {best["variant"], *best["tied"]})
    return found

work, runs = sys.argv[1], int(sys.argv[2])
all_runs = [winners(f"{work}/{run}.json") for run in range(1, runs + 1)]
agreed = compared = 0
for number, later in enumerate(all_runs[1:], 2):
    for key, (winner, group) in later.items():
        if key not in all_runs[0]:
            continue
        first_winner, first_group = all_runs[0][key]
        same = winner in first_group or first_winner in group
        compared += 1
        agreed += same
        if not same:
            print(f"run {number}: {'/'.join(map(str, key))}: {winner}, first {first_winner}")
if not compared:
    sys.exit("the runs have no case in common")
print(f"{agreed} of {compared} agree: {100 * agreed / compared:.1f} %")
PY
