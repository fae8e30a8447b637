#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How well perfprof tells the shares of functions of Python, node and bash whose truth is known.

benchmarks/profiling/languages.py [--perfprof FILE] [--seconds S] [--rounds N] [--python FILE ...] [-- OPTION ...]

Prints the mean and the largest error in points of the shares of total time, over the rounds (median round last), and
the worst round. OPTIONs go to perfprof: --backend ptrace.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SHARES = {"half": 50.0, "third": 30.0, "seventh": 15.0, "twentieth": 5.0}
ROOT = 2**32 - 1


def shares(profile, names):
    """Share of each name in the CPU time of all its samples that are below any of them [%]."""
    strings, frames = profile["strings"], profile["frames"]
    parents, frame_of = profile["stacks"]["parent"], profile["stacks"]["frame"]
    measure = [m["name"] for m in profile["measures"]].index("cpu")
    values = profile["samples"]["values"][measure]
    found = dict.fromkeys(names, 0)
    below = {}
    for node in range(len(frame_of)):
        name = strings[frames["function"][frame_of[node]]]
        parent = parents[node]
        below[node] = name if name in found else (below.get(parent) if parent not in (ROOT, -1, None) else None)
    for stack, value in zip(profile["samples"]["stack"], values):
        name = below.get(stack)
        if name is not None:
            found[name] += value
    total = sum(found.values())
    everything = sum(values)
    if total == 0:
        sys.exit("no sample is below any of " + ", ".join(names))
    return {name: 100.0 * value / total for name, value in found.items()}, 100.0 * total / everything


def run(perfprof, options, command):
    with tempfile.TemporaryDirectory() as directory:
        output = pathlib.Path(directory) / "profile.json"
        done = subprocess.run([perfprof, "--quiet", "--no-inlines", "--output", str(output), *options, "--", *command],
                              check=True, capture_output=True, text=True)
        return json.loads(output.read_text()), done.stdout


def one(args, name, command, truth_of):
    errors = []
    for _ in range(args.rounds):
        profile, printed = run(args.perfprof, args.options, command)
        truth = truth_of(printed)
        found, seen = shares(profile, list(truth))
        points = [abs(found[function] - truth[function]) for function in truth]
        errors.append((max(points), statistics.mean(points), seen, profile["counts"]))
    errors.sort(key=lambda e: e[0])
    largest, mean, seen, counts = errors[len(errors) // 2]
    print(f"{name:24} mean {mean:5.2f}  max {largest:5.2f}  worst round {errors[-1][0]:5.2f}  "
          f"below known functions {seen:5.1f} %  samples {counts['taken']}  torn {counts['torn']}", flush=True)


def printed_truth(text):
    spent = json.loads(text.strip().splitlines()[-1])
    total = sum(spent.values())
    return {name: 100.0 * value / total for name, value in spent.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--perfprof", default=str(HERE.parent.parent / "build/release/bin/perfprof"))
    parser.add_argument("--seconds", default="3")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", action="append")
    parser.add_argument("options", nargs="*")
    args = parser.parse_args()
    programs = HERE / "programs"
    node = ["node", "--perf-basic-prof", "--interpreted-frames-native-stack"]
    for python in args.python or ["python3"]:
        version = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], check=True,
                                 capture_output=True, text=True).stdout.strip()
        one(args, f"python {version} shares", [python, str(programs / "shares.py"), args.seconds], lambda _: SHARES)
        one(args, f"python {version} calls", [python, str(programs / "calls.py"), args.seconds], printed_truth)
    one(args, "node shares", [*node, str(programs / "shares.js"), args.seconds], lambda _: SHARES)
    one(args, "bash shares", ["bash", str(programs / "shares.sh"), args.seconds], lambda _: SHARES)


main()
