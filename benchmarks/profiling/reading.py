#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reading a large perf.data: perfprof convert against perf report, in turns.

    benchmarks/profiling/reading.py PERFPROF PERF_DATA [ROUNDS]

Make one of about 250 MB, for instance: perf record -F 999 --call-graph dwarf,16384 -o big.data -- COMMAND of 15 s.
Prints the CPU and wall time of each in the fastest of ROUNDS (3) rounds and the largest memory in use. perf is asked
without inlines, which it would look up with a process an address; perfprof names them.
"""
import os
import subprocess
import sys
import time


def run(words):
    """Wall seconds, CPU seconds and megabytes."""
    start = time.monotonic()
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, words)
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main(perfprof, data, rounds=3):
    ways = {
        "perfprof convert": [perfprof, "convert", data, "--to", "json", "--output", "/dev/null"],
        "perf report --stdio --no-inline": ["perf", "report", "--stdio", "--no-inline", "-i", data],
    }
    runs = {name: [] for name in ways}
    for _ in range(int(rounds)):
        for name, words in ways.items():
            runs[name].append(run(words))
    print(f"{os.path.getsize(data) / 1e6:.0f} MB")
    for name, results in runs.items():
        wall, cpu, memory = (min(column) for column in zip(*results))
        print(f"{name:32} {wall:7.2f} s   CPU {cpu:7.2f} s   {memory:5.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
