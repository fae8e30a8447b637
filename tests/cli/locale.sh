#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All three programs: text for people is ASCII where the locale is; what programs read is UTF-8 everywhere.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

/usr/bin/python3 - <<'END'
import json
for name, factor in ("base.json", 1), ("changed.json", 2):
    rows = [{"name": "gr\u00f6\u00dfe", "run_name": "gr\u00f6\u00dfe", "run_type": "iteration", "repetitions": 12,
             "repetition_index": i, "iterations": 100, "real_time": factor * (100 + i % 3),
             "cpu_time": factor * (100 + i % 3), "time_unit": "ns"} for i in range(12)]
    with open(name, "w", encoding="utf-8") as file:
        json.dump({"context": {"date": "2026-01-01T00:00:00+00:00"}, "benchmarks": rows}, file)
END
printf 'main;größe 90\nmain;other 10\n' >base.folded
printf 'main;größe 10\nmain;other 90\n' >changed.folded

# Lines that are not ASCII of what a command prints under a locale.
others() {
  LC_ALL=$1 "${@:2}" 2>err </dev/null | LC_ALL=C grep -c '[^ -~]'
}
try() {  # COMMAND...
  ok "$*: UTF-8 where the locale is" test "$(others C.UTF-8 "$@")" -gt 0
  ok "$*: ASCII where the locale is" test "$(others C "$@")" -eq 0
  ok "$*: nothing is complained about" test ! -s err
  ok "$*: the same lines in both" test "$(LC_ALL=C "$@" | wc -l)" -eq "$(LC_ALL=C.UTF-8 "$@" | wc -l)"
  ok "$*: a document stays UTF-8" test "$(others C "$@" --format csv)" -gt 0 -o "$(others C "$@" --format json)" -gt 0
}
try perfbench compare base.json changed.json
try perfprof diff base.folded changed.folded
try perfviz --compare base.json changed.json

finish
