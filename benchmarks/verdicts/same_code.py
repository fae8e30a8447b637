#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Series of the same code over many runs, for verdict_change_points: any change that it finds in them is false.

    benchmarks/verdicts/same_code.py PERFBENCH [RUNS] > same.csv; verdict_change_points same.csv

Runs `PERFBENCH --memory --cpu --sizes small --max-time 6s` RUNS times (40), about 6 s each, and prints a line for each
strategy: its name and its median time in each run.
"""
import json
import statistics
import subprocess
import sys
import tempfile


def medians(perfbench, path):
    command = [perfbench, "--memory", "--cpu", "--sizes", "small", "--max-time", "6s", "--quiet", "--output", path]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(path, encoding="utf-8") as file:
        suite = json.load(file)
    return {
        f"{case['category']}/{case['problem']}/{variant['name']}": statistics.median(variant["rounds"]["wall_ns"])
        for case in suite["cases"]
        for variant in case["variants"]
        if variant["rounds"]["wall_ns"]
    }


def main(perfbench, runs=40):
    series = {}
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        for _ in range(int(runs)):
            for name, median in medians(perfbench, file.name).items():
                series.setdefault(name, []).append(median)
    for name, values in series.items():
        if len(values) == int(runs):
            print(",".join([name, *map(str, values)]))


if __name__ == "__main__":
    main(*sys.argv[1:])
