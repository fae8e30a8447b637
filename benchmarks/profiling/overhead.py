#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What recording costs the program: alone, under perf record and under perfprof, in turns.

    benchmarks/profiling/overhead.py PERFPROF ROUNDS -- COMMAND ...

Runs COMMAND in each way once a round, in a random order, and compares the CPU time (user and system) that it and its
children used: wall time depends on what else the machine does. Prints the mean ratio to the bare run of the same round
with a 95 % interval from the rounds. The program's own time is told by GNU time's way of asking: wait4(2) of a shell
that runs it alone.
"""
import math
import random
import statistics
import subprocess
import sys
import tempfile

PERF = ["perf", "record", "-q", "-F", "999", "-o", "/dev/null"]
# Student's t for 95 %, by degrees of freedom; the normal one beyond.
T95 = {2: 4.30, 3: 3.18, 4: 2.78, 5: 2.57, 7: 2.36, 9: 2.26, 14: 2.14, 19: 2.09, 29: 2.05}


def cpu_seconds(wrapper, command):
    """CPU time of COMMAND alone, without the one that records it."""
    with tempfile.NamedTemporaryFile("r") as told:
        script = 'f=$1; shift; "$@" >/dev/null 2>&1; times >"$f"'
        words = [*wrapper, "sh", "-c", script, "sh", told.name, *command]
        subprocess.run(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        children = told.read().splitlines()[1].split()
    return sum(float(part.split("m")[0]) * 60 + float(part.split("m")[1].rstrip("s")) for part in children)


def interval(ratios):
    mean = statistics.mean(ratios)
    degrees = len(ratios) - 1
    t = T95[min((d for d in T95 if d >= degrees), default=29)]
    half = t * statistics.stdev(ratios) / math.sqrt(len(ratios))
    return mean, mean - half, mean + half


def main(perfprof, rounds, separator, *command):
    if separator != "--" or int(rounds) < 3:
        sys.exit("usage: overhead.py PERFPROF ROUNDS -- COMMAND ...; at least 3 rounds")
    with tempfile.NamedTemporaryFile(suffix=".json") as output:
        ways = {
            "none": [],
            "perf record": [*PERF, "--"],
            "perf record -g": [*PERF, "-g", "--"],
            "perf record dwarf": [*PERF, "--call-graph", "dwarf", "--"],
            "perfprof": [perfprof, "--rate", "999", "--output", output.name, "--"],
        }
        times = {name: [] for name in ways}
        for _ in range(int(rounds)):
            for name in random.sample(list(ways), len(ways)):
                times[name].append(cpu_seconds(ways[name], command))
    print(f"alone: {statistics.mean(times['none']):.3f} s of CPU time, {rounds} rounds")
    for name in ways:
        if name != "none":
            mean, low, high = interval([a / b for a, b in zip(times[name], times["none"])])
            print(f"{name:18} {100 * (mean - 1):+6.2f} %   [{100 * (low - 1):+.2f}, {100 * (high - 1):+.2f}]")


if __name__ == "__main__":
    main(*sys.argv[1:])
