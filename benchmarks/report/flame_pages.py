#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stacks to a page: perfviz against flamegraph.pl, on the same collapsed stacks.

    benchmarks/report/flame_pages.py PERFVIZ PERFPROF FLAMEGRAPH.PL [NODES [FUNCTIONS]]

Draws stacks of NODES (200,000) boxes and FUNCTIONS (8,000) names from a fixed seed, in a trunk that a few callers share,
and prints CPU seconds (the least of 3 interleaved runs) and bytes of: perfviz from collapsed stacks, perfviz from a
Profile document, flamegraph.pl with its default width and with --minwidth 0, which draws every box as perfviz's page does.
"""
import os
import random
import resource
import subprocess
import sys
import tempfile

RUNS = 3


def write_stacks(path, nodes, functions):
    draw = random.Random(7)
    names = [f"company::module{i % 97}::Worker<company::Item{i}>::step_{i}" for i in range(functions)]
    trunks = [[]]
    made = 0
    with open(path, "w", encoding="utf-8") as file:
        while made < nodes:
            trunk = trunks[int(len(trunks) * draw.random() ** 3)][:60]
            branch = [names[int(functions * draw.random() ** 2)] for _ in range(draw.randint(1, 12))]
            made += len(branch)
            trunks += [trunk + branch[:depth] for depth in range(1, len(branch) + 1, 3)]
            file.write(";".join(["main", *trunk, *branch]) + f" {draw.randint(1, 50)}\n")


def cpu_seconds(words, output=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(output or os.devnull, "wb") as file:
        subprocess.run(words, check=True, stdout=file, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(perfviz, perfprof, flamegraph, nodes="200000", functions="8000"):
    with tempfile.TemporaryDirectory() as folder:
        stacks, document, page, picture = (os.path.join(folder, name)
                                           for name in ("stacks.collapsed", "profile.json", "page.html", "page.svg"))
        write_stacks(stacks, int(nodes), int(functions))
        subprocess.run([perfprof, "convert", stacks, "--to", "json", "--output", document, "--quiet"], check=True)
        ways = {
            "perfviz, collapsed stacks": ([perfviz, "--profiler", stacks, "--report", page, "--quiet"], None, page),
            "perfviz, Profile document": ([perfviz, "--profiler", document, "--report", page, "--quiet"], None, page),
            "flamegraph.pl": (["perl", flamegraph, stacks], picture, picture),
            "flamegraph.pl --minwidth 0": (["perl", flamegraph, "--minwidth", "0", stacks], picture, picture),
        }
        seconds = {name: [] for name in ways}
        sizes = {}
        for _ in range(RUNS):
            for name, (words, output, result) in ways.items():
                seconds[name].append(cpu_seconds(words, output))
                sizes[name] = os.path.getsize(result)
        for name, times in seconds.items():
            print(f"{name:28} {min(times):7.3f} s CPU {sizes[name] / 1e6:8.2f} MB")


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5, 6):
        sys.exit(__doc__)
    main(*sys.argv[1:])
