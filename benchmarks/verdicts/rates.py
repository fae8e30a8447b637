#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How often is each tool's verdict wrong, and how small a change does it find? All tools in one run, in random order.

    benchmarks/verdicts/rates.py --programs build/release/benchmarks/verdicts \\
        --perfbench build/release/bin/perfbench --results rates.jsonl --seconds-budget 1500 \\
        [--compare-py FILE] [--benchstat FILE] [--nanobench FILE]

A comparison is independent of all others: own processes, own order. In an A/A comparison both programs do the same work;
half of them have a neighbour that comes and goes (neighbour.py). The others have 1, 2 or 5 % more work on one side, or
30 % for stored files. perfbench judges with a margin of 2 % ("same"), and of 0.5 % where 1 % is to be found.

Each comparison is one line of --results; --resume goes on with such a file, and does what is missing. When the time is
not enough for everything, the A/A comparisons of perfbench run and of files are done in any case, and of the rest
equal shares.
Ctrl-C ends it and prints the table of what is there; --table prints that of a file.

Peers are used where they are: compare.py of Google Benchmark (with python3-scipy; --python says which interpreter has
it), benchstat (else its rule, Mann-Whitney U at .05), hyperfine, and a program around nanobench (verdict_tools.py says
what it is asked).
"""
import argparse
import collections
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

from neighbour import Neighbour
from table import print_tables
from verdict_tools import GoogleBenchmarkPeers, Hyperfine, Nanobench, Perfbench

COMPUTING = ("arithmetic", "hash_map", "string_parse", "branchy", "allocator", "sort", "file_write")
MEMORY_BOUND = ("streaming", "pointer_chase")
KERNELS = COMPUTING + MEMORY_BOUND
COMMAND_MS = (5, 20, 50)
SESSION = ["--benchmark_min_time=0.01", "--benchmark_repetitions=7"]

# What is compared, how often for each subject (a kernel, or the length of a command), without a neighbour or also with.
Kind = collections.namedtuple("Kind", "tool percent subjects each neighbours margin max_time first",
                              defaults=("", "", False))
QUIET, BOTH = (False,), (False, True)
FINE, COARSE = "0.5%", "2%"
KINDS = [
    # A/A: 2 x 15 x 7 + 2 x 8 x 2 + 2 x 5 x 9 = 332
    Kind("sliced", 0, COMPUTING, 15, BOTH, COARSE, "10s", True),
    Kind("sliced", 0, MEMORY_BOUND, 8, BOTH, COARSE, "10s", True),
    Kind("sliced", 0, KERNELS, 5, BOTH, FINE, "2s", True),
    *(Kind("sliced", percent, COMPUTING, 10, QUIET, FINE, "10s") for percent in (1, 2, 5)),
    *(Kind("sliced", percent, MEMORY_BOUND, 5, QUIET, FINE, "10s") for percent in (1, 2, 5)),
    Kind("plain", 0, KERNELS, 2, BOTH, COARSE, "5s"),
    *(Kind("plain", percent, KERNELS, 1, QUIET, FINE, "5s") for percent in (2, 5)),
    Kind("google", 0, KERNELS, 4, BOTH),
    *(Kind("google", percent, KERNELS, 2, QUIET) for percent in (1, 2, 5)),
    Kind("nanobench", 0, KERNELS, 8, BOTH),
    *(Kind("nanobench", percent, KERNELS, 6, QUIET) for percent in (1, 2, 5)),
    Kind("command", 0, COMMAND_MS, 15, BOTH, FINE, "3s"),
    Kind("command", 2, COMMAND_MS, 15, QUIET, FINE, "3s"),
    Kind("hyperfine", 0, COMMAND_MS, 4, BOTH),
    Kind("hyperfine", 2, COMMAND_MS, 8, QUIET),
    # A session is one file of all kernels; two of 0 % make an A/A pair.
    Kind("files", 0, ("all",), 100, QUIET, COARSE, "", True),
    Kind("files", 30, ("all",), 10, QUIET, COARSE, "", True),
]
TOOLS = sorted({kind.tool for kind in KINDS})
GUESS_S = 3  # that a comparison takes, until one has been seen


def jobs_of(options):
    jobs = []
    for kind in KINDS:
        for subject in kind.subjects:
            if kind.tool not in options.only or (subject in KERNELS and subject not in options.kernels):
                continue
            job = {"tool": kind.tool, "percent": kind.percent, "margin": kind.margin, "max_time": kind.max_time,
                   "subject": subject, "first": kind.first}
            for neighbour in kind.neighbours:
                jobs += [{**job, "neighbour": neighbour}] * min(kind.each, options.comparisons or kind.each)
    return jobs


def key(record):
    return tuple(record[name] for name in ("tool", "percent", "margin", "subject", "neighbour"))


class Bench:
    """Does jobs."""

    def __init__(self, options, folder):
        self.programs, self.folder = os.path.abspath(options.programs), folder
        self.perfbench = Perfbench(os.path.abspath(options.perfbench), folder)
        self.google = GoogleBenchmarkPeers(folder, options.python.split(), options.compare_py, options.benchstat)
        self.nanobench = Nanobench(options.nanobench, folder)
        self.hyperfine = Hyperfine(folder)
        self.random = random.SystemRandom()
        self.units = {}
        self.sessions = []

    def program(self, name):
        return os.path.join(self.programs, name)

    def do(self, job):
        """Records of one job: one for each tool that judged it."""
        if job["neighbour"]:
            with Neighbour(self.program("verdict_kernels_30")):
                answers = self.answers(job)
        else:
            answers = self.answers(job)
        return [{**job, "judge": judge, **answer} for judge, answer in answers.items()]

    def answers(self, job):
        tool, percent, subject = job["tool"], job["percent"], job["subject"]
        if tool in ("command", "hyperfine"):
            sides = self.commands(subject, percent)
            if tool == "hyperfine":
                return {"hyperfine": self.hyperfine.compare(*sides)}
            return {"perfbench command": self.perfbench.commands(*sides, job["margin"], job["max_time"])}
        if tool == "files":
            return {"perfbench files": self.session(percent)}
        if tool == "nanobench":
            return {"nanobench": self.nanobench.compare((0, percent), subject)}
        family = "verdict_sliced_" if tool == "sliced" else "verdict_kernels_"
        sides = [self.program(family + "0"), self.program(family + (str(percent) if percent else "0b"))]
        if not percent:
            self.random.shuffle(sides)
        if tool == "google":
            return self.google.compare(*sides, subject)
        return {f"perfbench run, {tool}": self.perfbench.programs(*sides, subject, job["margin"], job["max_time"])}

    def commands(self, milliseconds, percent):
        """Two command lines; the second takes `percent` more of the whole, its start included."""
        if milliseconds not in self.units:
            self.units[milliseconds] = self.calibrate(milliseconds / 1e3)
        base, one_percent = self.units[milliseconds]
        name = self.program("verdict_command")
        return [f"{name} {round(base)}", f"{name} {round(base + percent * one_percent)}"]

    def calibrate(self, seconds):
        """Units of work that fill a command, and those that are 1 % of it."""
        def shortest(units):
            times = []
            for _ in range(15):
                begin = time.monotonic()
                subprocess.run([self.program("verdict_command"), str(units)], stdout=subprocess.DEVNULL, check=True)
                times.append(time.monotonic() - begin)
            return min(times)
        many = 50_000
        start = shortest(0)
        unit = (shortest(many) - start) / many
        return max(1.0, (seconds - start) / unit), seconds / 100 / unit

    def session(self, percent):
        """Writes a file of this minute. Every second one of 0 % is compared with the one before, others with the last."""
        path = os.path.join(self.folder, f"session_{len(self.sessions)}_{percent}.json")
        begin = time.monotonic()
        subprocess.run([self.program(f"verdict_kernels_{percent}"), *SESSION, f"--benchmark_out={path}",
                        "--benchmark_out_format=json"], check=True, capture_output=True)
        if percent and self.sessions:
            return self.judged(self.perfbench.files(self.sessions[-1], path))
        if not percent:
            self.sessions.append(path)
            if len(self.sessions) % 2 == 0:
                return self.judged(self.perfbench.files(self.sessions[-2], path))
        return {"verdict": "none", "seconds": time.monotonic() - begin}

    @staticmethod
    def judged(answer):
        """Slower as soon as one benchmark is."""
        found = set(answer.get("verdicts", {}).values())
        return {**answer, "verdict": answer.get("verdict") or next(
            (verdict for verdict in ("failed", "slower", "faster") if verdict in found), "inconclusive")}


class Plan:
    """Which job is next: at random, so that the first ones are all done in time and of the others equal shares."""

    def __init__(self, jobs, budget):
        random.SystemRandom().shuffle(jobs)
        self.firsts = [job for job in jobs if job["first"]]
        self.others = [job for job in jobs if not job["first"]]
        self.end = time.monotonic() + budget
        self.spent = collections.defaultdict(list)

    def left_s(self):
        return self.end - time.monotonic()

    def __len__(self):
        return len(self.firsts) + len(self.others)

    def next(self):
        if not self.firsts and (not self.others or self.left_s() <= 0):
            return None
        room = self.left_s() - self.cost(self.firsts)
        fits = min(1.0, max(0.0, room / self.cost(self.others))) * len(self.others) if self.others else 0
        if random.random() * (len(self.firsts) + fits) < len(self.firsts):
            return self.firsts.pop()
        return self.others.pop() if self.others else None

    @staticmethod
    def kind(job):
        return job["tool"], job["percent"], job["margin"], job["subject"] in MEMORY_BOUND

    def cost(self, jobs):
        return sum(sum(self.spent[kind]) / len(self.spent[kind]) if self.spent[kind] else GUESS_S
                   for kind in map(self.kind, jobs))

    def took(self, job, seconds):
        self.spent[self.kind(job)].append(seconds)


def measure(options, records):
    jobs = jobs_of(options)
    done = collections.Counter(key(record) for record in records if not record.get("again"))
    missing = []
    for job in jobs:
        if done[key(job)] > 0:
            done[key(job)] -= 1
        else:
            missing.append(job)
    plan = Plan(missing, options.seconds_budget)
    with tempfile.TemporaryDirectory() as folder, open(options.results, "a", encoding="utf-8") as file:
        bench = Bench(options, folder)
        while (job := plan.next()) is not None:
            begin = time.monotonic()
            for number, record in enumerate(bench.do(job)):
                record["again"] = number > 0  # the same job, judged by another tool
                records.append(record)
                file.write(json.dumps(record) + "\n")
            file.flush()
            plan.took(job, time.monotonic() - begin)
            if sys.stderr.isatty():
                print(f"\r{len(plan)} jobs at most, {max(0, plan.left_s()):.0f} s left ", end="", file=sys.stderr,
                      flush=True)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", help="folder of verdict_kernels_0 and the others")
    parser.add_argument("--perfbench")
    parser.add_argument("--results", required=True, metavar="FILE")
    parser.add_argument("--resume", action="store_true", help="go on with --results")
    parser.add_argument("--table", action="store_true", help="measure nothing")
    parser.add_argument("--only", action="append", choices=TOOLS, help="may be given several times")
    parser.add_argument("--kernels", type=lambda text: text.split(","), default=list(KERNELS), metavar="A,B,...")
    parser.add_argument("--comparisons", type=int, metavar="N", help="at most, for each kernel and kind")
    parser.add_argument("--seconds-budget", type=float, default=1500, metavar="S")
    parser.add_argument("--compare-py", metavar="FILE")
    parser.add_argument("--python", default="python3", metavar="WORDS", help="for compare.py (python3)")
    parser.add_argument("--benchstat", metavar="FILE")
    parser.add_argument("--nanobench", metavar="FILE")
    options = parser.parse_args()
    if options.table:
        options.resume = True
    elif not options.programs or not options.perfbench:
        parser.error("--programs and --perfbench are needed")
    if not options.resume and os.path.exists(options.results):
        parser.error(f"{options.results} is there: --resume, or another name")
    if unknown := [kernel for kernel in options.kernels if not re.fullmatch("|".join(KERNELS), kernel)]:
        parser.error(f"no kernel {unknown[0]}; there are {', '.join(KERNELS)}")
    wanted = options.only or TOOLS
    lacking = {tool for tool, there in (("nanobench", options.nanobench), ("hyperfine", shutil.which("hyperfine")))
               if not there}
    options.only = [tool for tool in wanted if tool not in lacking]
    return options, sorted(lacking & set(wanted))


def main():
    options, lacking = parse()
    records = []
    if options.resume and os.path.exists(options.results):
        with open(options.results, encoding="utf-8") as file:
            records = [json.loads(line) for line in file if line.endswith("\n")]
    if not options.table:
        for tool in lacking:
            print(f"skipped: {tool} is not there", file=sys.stderr)
        try:
            measure(options, records)
        except KeyboardInterrupt:
            print("\ninterrupted: --resume goes on", file=sys.stderr)
    print_tables(records)


main()
