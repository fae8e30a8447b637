#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Is the crossover that perfbench reports within a factor of two of a dense sweep?
#
#   benchmarks/crossover_sweep.sh PERFBENCH PROBLEM STRATEGY FROM TO
#   for instance: benchmarks/crossover_sweep.sh build/release/bin/perfbench cpu/parallel_sum pool 1000 1000000
#
# Runs the problem as the suite does, then at sizes a factor of 1.25 apart between FROM and TO, and prints both
# crossovers: of the sweep, the middle of where the strategy's speed-up passes 1.
set -euo pipefail
if [[ $# -ne 5 ]]; then
  sed -n '5,6s/^# *//p' "$0" >&2
  exit 2
fi
perfbench=$1 problem=$2 strategy=$3 from=$4 to=$5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

sizes=$(awk -v n="$from" -v to="$to" 'BEGIN { for (; n <= to; n *= 1.25) { printf "%s%d", sep, n; sep = "," } }')
"$perfbench" --all --quiet --filter "^$problem/" --max-time 60s --output "$work/suite.json" >/dev/null
"$perfbench" --all --quiet --filter "^$problem/$strategy\$" --sizes "$sizes" --max-time 120s --output "$work/sweep.json" >/dev/null

python3 - "$work" "$strategy" <<'PY'
import json, math, sys

work, strategy = sys.argv[1:]
suite = json.load(open(f"{work}/suite.json"))
reported = [v["crossover"]["size"] for f in suite["findings"] for v in f["variants"]
            if v["variant"] == strategy and "crossover" in v]
points = sorted((case["size"], v["summary"]["speedup"]["estimate"]) for case in json.load(open(f"{work}/sweep.json"))["cases"]
                for v in case["variants"] if v["name"] == strategy and "speedup" in v["summary"])
crossings = [math.sqrt(a * b) for (a, x), (b, y) in zip(points, points[1:]) if (x > 1) != (y > 1)]
if not reported or not crossings:
    sys.exit(f"no crossover: reported {reported}, in the sweep {crossings}")
sweep = math.exp(sum(map(math.log, crossings)) / len(crossings))
print(f"{strategy}: reported {reported[0]:.0f}, dense sweep {sweep:.0f} ({len(points)} sizes), factor {max(reported[0] / sweep, sweep / reported[0]):.2f}")
PY
