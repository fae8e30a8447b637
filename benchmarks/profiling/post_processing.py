#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""From the end of the program to a page with inlined functions: perfprof against perf and FlameGraph.

    benchmarks/profiling/post_processing.py PERFPROF FLAMEGRAPH -- COMMAND ...

FLAMEGRAPH is the folder with stackcollapse-perf.pl and flamegraph.pl. Records COMMAND once by perf with stacks copied
(--call-graph dwarf,16384) and once by perfprof, and prints, in CPU seconds and wall seconds: perfprof from the end of
COMMAND to its page; perfprof and perf script | stackcollapse-perf.pl | flamegraph.pl, both with inlines, on the same
recording of perf. The pipe is given up after 10 minutes, which is told.
"""
import os
import resource
import subprocess
import sys
import tempfile
import time

LIMIT_S = 600


def timed(words, shell=False):
    """Wall and CPU seconds, and whether it came to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.monotonic()
    ended = True
    try:
        subprocess.run(words, shell=shell, check=True, timeout=LIMIT_S, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
    except subprocess.TimeoutExpired:
        ended = False
    wall = time.monotonic() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, ended


def live(perfprof, folder, command):
    """Seconds from the end of COMMAND to the end of perfprof, and the largest memory of it [MB]."""
    end = os.path.join(folder, "end")
    words = [perfprof, "--output", os.path.join(folder, "live.json"), "--report", os.path.join(folder, "live.html"), "--",
             "sh", "-c", '"$@"; date +%s.%N >"$0"', end, *command]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    done = time.time()
    with open(end, encoding="ascii") as file:
        return done - float(file.read()), usage.ru_maxrss / 1024


def main(perfprof, flamegraph, separator, *command):
    if separator != "--":
        sys.exit("usage: post_processing.py PERFPROF FLAMEGRAPH -- COMMAND ...")
    with tempfile.TemporaryDirectory() as folder:
        data = os.path.join(folder, "perf.data")
        seconds, memory = live(perfprof, folder, command)
        print(f"perfprof, from the end to the page:        {seconds:7.2f} s   {memory:5.0f} MB (children's too)")
        subprocess.run(["perf", "record", "-q", "-F", "999", "--call-graph", "dwarf,16384", "-o", data, "--", *command],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        print(f"the same recorded by perf: {os.path.getsize(data) / 1e6:.0f} MB")
        page = os.path.join(folder, "page.html")
        perfviz = os.path.join(os.path.dirname(perfprof), "perfviz")
        profile = os.path.join(folder, "profile.json")
        wall, cpu, _ = timed(f"{perfprof} convert {data} --output {profile} && "
                             f"{perfviz} --profiler {profile} --report {page}", shell=True)
        print(f"perfprof convert, perfviz --report:        {wall:7.2f} s   CPU {cpu:7.2f} s")
        pipe = (f"perf script -i {data} | {flamegraph}/stackcollapse-perf.pl | {flamegraph}/flamegraph.pl "
                f"> {folder}/flame.svg")
        wall, cpu, ended = timed(pipe, shell=True)
        told = "" if ended else " (given up)"
        print(f"perf script | stackcollapse | flamegraph:  {wall:7.2f} s   CPU {cpu:7.2f} s{told}")


if __name__ == "__main__":
    main(*sys.argv[1:])
