#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# How often does `perfbench command` call equal commands different, how often does it find +2 %, and how soon?
#
#   benchmarks/verdicts/commands.sh PERFBENCH VERDICT_COMMAND [ROUNDS]     20 rounds if not given: about 15 minutes
#
# Commands of 5, 20 and 50 ms, each against itself and against one that takes 2 % longer (command.cpp), in turns.
# hyperfine's rule, where it is installed: the interval of mean ratio +- sigma excludes 1, over its default time (3 s a
# command). Prints a line for each size and tool: told apart of A/A, found of +2 %, seconds a comparison.
set -eu

perfbench=$1
program=$2
rounds=${3:-20}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Units of work with which the whole command takes so many milliseconds, and those of 2 % more of it.
units() {
  python3 - "$program" "$1" <<'PY'
import resource, subprocess, sys
def took(n):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.argv[1], str(n)], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
n = 100_000
start = min(took(1) for _ in range(9))
unit = (min(took(n) for _ in range(9)) - start) / n
wanted = float(sys.argv[2]) * 1e-3
print(round((wanted - start) / unit), round((1.02 * wanted - start) / unit))
PY
}

# Verdict, seconds and pairs of one comparison by perfbench.
ours() {
  "$perfbench" command -N -q --style none --max-time 3s -o "$work/ours.json" "$program $1" "$program $2"
  python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
print(d["benchmarks"][0]["verdict"], round(d["elapsed_s"], 2), len(d["benchmarks"][0]["pairs"]["base_wall_ns"]))' "$work/ours.json"
}

# The same by hyperfine: slower when the interval of the ratio of means, +- sigma as it prints it, lies above 1.
theirs() {
  hyperfine -N --style none --export-json "$work/theirs.json" "$program $1" "$program $2" >/dev/null 2>&1
  python3 -c 'import json, math, sys
a, b = json.load(open(sys.argv[1]))["results"]
ratio = b["mean"] / a["mean"]
sigma = ratio * math.hypot(a["stddev"] / a["mean"], b["stddev"] / b["mean"])
print("slower" if ratio - sigma > 1 else "faster" if ratio + sigma < 1 else "-", round(sum(a["times"]) + sum(b["times"]), 2), len(a["times"]))' "$work/theirs.json"
}

tools=(ours)
if command -v hyperfine >/dev/null; then tools+=(theirs); else echo "skipped: hyperfine is not installed"; fi
for size in 5 20 50; do
  read -r base more < <(units "$size")
  for ((round = 0; round < rounds; ++round)); do
    for tool in "${tools[@]}"; do
      echo "$tool same $($tool "$base" "$base")" >>"$work/log.$size"
      echo "$tool more $($tool "$base" "$more")" >>"$work/log.$size"
    done
  done
  awk -v size="$size" '
    { n[$1, $2]++; seconds[$1, $2] += $4; tools[$1] }
    $3 == "slower" || $3 == "faster" { told[$1, $2]++ }
    $3 == "slower" { found[$1, $2]++ }
    $3 == "same" { same[$1, $2]++ }
    END {
      for (tool in tools)
        printf "%s ms  %-6s A/A told apart %d of %d, called the same %d (%.1f s each)   +2 %% found %d of %d (%.1f s each)\n", size,
          tool, told[tool, "same"], n[tool, "same"], same[tool, "same"], seconds[tool, "same"] / n[tool, "same"],
          found[tool, "more"], n[tool, "more"], seconds[tool, "more"] / n[tool, "more"]
    }' "$work/log.$size"
done
