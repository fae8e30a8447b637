#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Documents to pages: perfviz against flamegraph.pl on the same stacks, and the largest documents a page is made of.

    benchmarks/report/flame_pages.py PERFVIZ PERFPROF FLAMEGRAPH.PL [NODES [FUNCTIONS]]

Stacks of NODES (200,000) boxes are drawn from a fixed seed, in a trunk that a few callers share, once with FUNCTIONS
(8,000) names and once with a name for each box; and a Suite with a million raw rounds. Prints CPU seconds (the least of
3 interleaved runs) and bytes of: perfviz from collapsed stacks and from a Profile document, flamegraph.pl with its
default width and with --minwidth 0, which draws every box as perfviz's page does, and perfviz from the Suite; then how
many times faster perfviz is than flamegraph.pl: the median of the ratios of the runs. What is told about a machine busy
with other work is the ratios; seconds are those of an idle one.
"""
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile

RUNS = 3
RAW_ROUNDS = 1_000_000


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


def google_benchmark(path, cases=40, repetitions=RAW_ROUNDS // 40):
    """Raw repetitions in the form of Google Benchmark, which perfviz reads as a Suite."""
    draw = random.Random(11)
    runs = [{"name": f"BM_{case}", "run_name": f"BM_{case}", "run_type": "iteration", "repetitions": repetitions,
             "repetition_index": index, "threads": 1, "iterations": 1000, "time_unit": "ns",
             "real_time": (time := round(1000 * (case + 1) * (1 + 0.1 * draw.random()), 3)), "cpu_time": time}
            for case in range(cases) for index in range(repetitions)]
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"context": {"date": "2026-01-01T00:00:00+00:00", "host_name": "host", "num_cpus": 2},
                   "benchmarks": runs}, file)


def suite(path, cases=40, rounds=RAW_ROUNDS // 40):
    """A Suite with its raw rounds, one strategy a case."""
    draw = random.Random(11)
    written = []
    for case in range(cases):
        wall = [round(1000 * (case + 1) * (1 + 0.1 * draw.random()), 1) for _ in range(rounds)]
        middle = statistics.median(wall)
        variant = {"name": "naive", "level": "baseline", "does": "as it is", "needs": "", "costs": "", "weaker": "",
                   "workers": 0, "status": "ok", "reason": "", "note": "",
                   "rounds": {"wall_ns": wall, "cpu_ns": wall, "position": [0] * rounds},
                   "items_per_run": 1000, "bytes_per_run": 8000, "resources": {},
                   "summary": {"wall_ns": middle, "wall_low_ns": min(wall), "wall_high_ns": max(wall),
                               "cpu_ns": middle, "items_per_second": 1e12 / middle,
                               "bytes_per_second": 8e12 / middle, "spread": 0.04, "verdict": "baseline"}}
        written.append({"category": "memory", "problem": f"problem_{case}", "title": f"Problem {case}",
                        "unit": "items", "size": 1000, "size_class": "small", "instances": 1, "status": "ok",
                        "reason": "", "out_of_time": False, "conditions": "", "variants": [variant],
                        "best": {"variant": "naive", "tied": []}})
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"schema": "perfopt.suite", "schema_version": 1, "started": "2026-01-01T00:00:00Z",
                   "elapsed_s": 60, "complete": True, "missing": [], "settings": {"seed": 1},
                   "environment": {"host": "host"}, "cases": written, "findings": [], "skipped_categories": []}, file)


def cpu_seconds(words, output=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(output or os.devnull, "wb") as file:
        subprocess.run(words, check=True, stdout=file, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def compare(title, ways, peer=None):
    """Each way once a round. `ways`: name to words, file for what it writes to its output, file that it makes."""
    seconds = {name: [] for name in ways}
    sizes = {}
    for _ in range(RUNS):
        for name, (words, output, result) in ways.items():
            seconds[name].append(cpu_seconds(words, output))
            sizes[name] = os.path.getsize(result)
    print(title)
    for name, times in seconds.items():
        ratio = ""
        if peer and name.startswith("perfviz"):
            faster = statistics.median(theirs / ours for theirs, ours in zip(seconds[peer], times))
            ratio = f" {faster:6.1f}x of {peer}"
        print(f"  {name:28} {min(times):7.3f} s CPU {sizes[name] / 1e6:8.2f} MB{ratio}")


def main(perfviz, perfprof, flamegraph, nodes="200000", functions="8000"):
    with tempfile.TemporaryDirectory() as folder:
        stacks, document, page, picture, rounds, foreign = (
            os.path.join(folder, name) for name in ("stacks.collapsed", "profile.json", "page.html", "page.svg",
                                                    "suite.json", "google.json"))

        def to_page(option, path):
            return [perfviz, option, path, "--report", page, "--quiet"], None, page

        for count in (int(functions), int(nodes)):
            write_stacks(stacks, int(nodes), count)
            subprocess.run([perfprof, "convert", stacks, "--to", "json", "--output", document, "--quiet"], check=True)
            compare(f"{int(nodes):,} nodes, {count:,} names", {
                "perfviz, collapsed stacks": to_page("--profiler", stacks),
                "perfviz, Profile document": to_page("--profiler", document),
                "flamegraph.pl": (["perl", flamegraph, stacks], picture, picture),
                "flamegraph.pl --minwidth 0": (["perl", flamegraph, "--minwidth", "0", stacks], picture, picture),
            }, "flamegraph.pl")
        suite(rounds)
        google_benchmark(foreign)
        compare(f"{RAW_ROUNDS:,} raw rounds of 40 benchmarks", {
            "perfviz, Suite": to_page("--benchmark", rounds),
            "perfviz, Google Benchmark": to_page("--benchmark", foreign),
        })


if __name__ == "__main__":
    if len(sys.argv) not in (4, 5, 6):
        sys.exit(__doc__)
    main(*sys.argv[1:])
