#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Are two stored files of the same program called slower, and is +30 % still called? All pairs of sessions.

    benchmarks/verdicts/sessions.py --programs build/release/benchmarks/verdicts \\
        --perfbench build/release/bin/perfbench [--sessions 8] [--pause 20] [--keep FOLDER]

A session is a fresh process of all kernels, 7 repetitions of each, a pause away from the next; those of the unchanged
program (verdict_kernels_0) and of the one with 30 % more work take turns. Every session is compared with every other,
in both directions: 8 sessions are 56 A/A pairs and 64 pairs with a change. --keep leaves the files in a folder, and
takes those that are there instead of measuring them again.

Prints a table of kernels. Exit code: 0; 1 when an A/A pair was called slower; 2 for a wrong request.
"""
import argparse
import collections
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time

ARGUMENTS = ["--benchmark_min_time=0.02", "--benchmark_repetitions=7", "--benchmark_format=json"]


def measure(options, folder):
    """Paths of the sessions of each program, by percent."""
    files = collections.defaultdict(list)
    for index in range(options.sessions):
        for percent in (0, 30):
            path = os.path.join(folder, f"session_{percent}_{index}.json")
            files[percent].append(path)
            if os.path.exists(path):
                continue
            time.sleep(options.pause)
            program = os.path.join(options.programs, f"verdict_kernels_{percent}")
            done = subprocess.run([program, *ARGUMENTS], cwd=folder, capture_output=True, text=True, check=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(done.stdout)
    return files


def compare(perfbench, base, changed):
    """Verdict and ratio of each kernel."""
    done = subprocess.run([perfbench, "compare", base, changed, "--format", "json", "--fail-on", "never"],
                          capture_output=True, text=True, check=True)
    return {row["name"]: (row["verdict"], row["ratio"]["estimate"] if row.get("ratio") else None)
            for row in json.loads(done.stdout)["benchmarks"]}


def rows_of(perfbench, pairs):
    """What the pairs say of each kernel: [(verdict, ratio), ...]."""
    rows = collections.defaultdict(list)
    for base, changed in pairs:
        for name, told in compare(perfbench, base, changed).items():
            rows[name].append(told)
    return rows


def share(rows, verdict):
    return f"{sum(told == verdict for told, _ in rows)}/{len(rows)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", required=True)
    parser.add_argument("--perfbench", required=True)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--pause", type=float, default=20)
    parser.add_argument("--keep")
    options = parser.parse_args()
    options.programs = os.path.abspath(options.programs)
    with tempfile.TemporaryDirectory() as temporary:
        folder = os.path.abspath(options.keep or temporary)
        os.makedirs(folder, exist_ok=True)
        files = measure(options, folder)
        unchanged = rows_of(options.perfbench, itertools.permutations(files[0], 2))
        changed = rows_of(options.perfbench, itertools.product(files[0], files[30]))
    print("| kernel | A/A slower | A/A faster | largest A/A ratio | +30 % slower | +30 % faster |")
    print("|---|---|---|---|---|---|")
    for name, rows in unchanged.items():
        ratios = [ratio for _, ratio in rows if ratio]
        largest = f"{max(ratios):.3f}" if ratios else "-"
        print(f"| {name} | {share(rows, 'slower')} | {share(rows, 'faster')} | {largest} "
              f"| {share(changed[name], 'slower')} | {share(changed[name], 'faster')} |")
    return 1 if any(told == "slower" for rows in unchanged.values() for told, _ in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
