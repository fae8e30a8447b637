# SPDX-License-Identifier: Apache-2.0
"""The tools whose verdicts are compared, each asked in its own way: is the second program slower than the first?

A tool's compare() returns a dictionary: verdict ("slower", "faster", "same", "inconclusive", "failed"), seconds (how
long the user waits for it), and what else it tells. "inconclusive" of a peer: it did not tell the two apart.
"""
import csv
import io
import json
import math
import os
import subprocess
import time

PEER_RUNS = 10  # of 0.1 s: what compare.py and benchstat ask for at least
ALPHA = 0.05  # the peers' default


def run(words, folder, environment=None, expected=(0,)):
    """Standard output; CalledProcessError for another exit code."""
    done = subprocess.run(words, cwd=folder, env={**os.environ, **(environment or {})}, capture_output=True, text=True,
                          timeout=300, check=False)
    if done.returncode not in expected:
        raise subprocess.CalledProcessError(done.returncode, words, done.stdout, done.stderr)
    return done.stdout


def told(slower, faster):
    """The verdict of a tool that knows only these two."""
    if slower:
        return "slower"
    return "faster" if faster else "inconclusive"


def failed(error):
    text = getattr(error, "stderr", "") or str(error)
    return {"verdict": "failed", "reason": text.strip().splitlines()[-1] if text.strip() else repr(error)}


class Perfbench:
    """perfbench compare --run, compare of files, and command; all of them write a Comparison document."""

    def __init__(self, program, folder):
        self.program = program
        self.document = os.path.join(folder, "comparison.json")
        self.folder = folder

    def ask(self, words, name=None):
        begin = time.monotonic()
        if os.path.exists(self.document):
            os.remove(self.document)
        try:
            run([self.program, *words, "--output", self.document, "--quiet"], self.folder, expected=(0, 1))
            with open(self.document, encoding="utf-8") as file:
                benchmarks = json.load(file)["benchmarks"]
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            return failed(error)
        seconds = time.monotonic() - begin
        if name is None:
            return {"seconds": seconds, "verdicts": {b["name"]: b["verdict"] for b in benchmarks}}
        (benchmark,) = benchmarks
        return {"verdict": benchmark["verdict"], "reason": benchmark["reason"], "seconds": seconds,
                "pairs": len(benchmark["pairs"]["log_ratio"]), "metric": benchmark["metric"],
                **{key: [benchmark[key][end] for end in ("estimate", "low", "high")]
                   for key in ("ratio", "sure") if benchmark.get(key)}}

    def programs(self, base, changed, kernel, threshold, max_time):
        return self.ask(["compare", "--run", base, changed, "--filter", f"^{kernel}$", "--threshold", threshold,
                         "--max-time", max_time], kernel)

    def files(self, base, changed):
        return self.ask(["compare", base, changed])

    def commands(self, base, changed, threshold, max_time):
        return self.ask(["command", "-N", base, changed, "--threshold", threshold, "--max-time", max_time], "command")


class GoogleBenchmarkPeers:
    """compare.py of Google Benchmark and benchstat, which judge the same runs: one side after the other."""

    def __init__(self, folder, python, compare_py, benchstat):
        self.folder, self.python, self.compare_py, self.benchstat = folder, python, compare_py, benchstat

    def sides(self, base, changed, kernel):
        """Runs both; the results of each."""
        results = []
        for side, program in (("base", base), ("changed", changed)):
            path = os.path.join(self.folder, side + ".json")
            run([program, f"--benchmark_filter=^{kernel}$", "--benchmark_min_time=0.1", f"--benchmark_out={path}",
                 f"--benchmark_repetitions={PEER_RUNS}", "--benchmark_out_format=json"], self.folder)
            with open(path, encoding="utf-8") as file:
                results.append([b["cpu_time"] for b in json.load(file)["benchmarks"] if b["run_type"] == "iteration"])
        return results

    def compare(self, base, changed, kernel):
        """Verdicts by tool, of the same runs."""
        begin = time.monotonic()
        try:
            sides = self.sides(base, changed, kernel)
            verdicts = {}
            if self.compare_py:
                verdicts["compare.py"] = self.ask_compare_py()
            verdicts["benchstat" if self.benchstat else "benchstat's rule"] = self.ask_benchstat(*sides)
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            return {"any": failed(error)}
        seconds = time.monotonic() - begin
        return {tool: {"verdict": verdict, "seconds": seconds} for tool, verdict in verdicts.items()}

    def ask_compare_py(self):
        path = os.path.join(self.folder, "compare_py.json")
        run([*self.python, self.compare_py, "--no-color", "-d", path, "benchmarks", "base.json", "changed.json"],
            self.folder)
        with open(path, encoding="utf-8") as file:
            entries = json.load(file)
        (test,) = [e["utest"] for e in entries if e.get("utest")]
        (median,) = [e["measurements"][0]["cpu"] for e in entries if e["name"].endswith("_median")]
        significant = test["cpu_pvalue"] < ALPHA
        return told(significant and median > 0, significant and median < 0)

    def ask_benchstat(self, base, changed):
        if not self.benchstat:
            significant = mann_whitney(base, changed) < ALPHA
            less = sorted(changed)[len(changed) // 2] < sorted(base)[len(base) // 2]
            return told(significant and not less, significant and less)
        for side, values in (("base", base), ("changed", changed)):
            with open(os.path.join(self.folder, side + ".txt"), "w", encoding="utf-8") as file:
                file.writelines(f"BenchmarkKernel 1 {value} ns/op\n" for value in values)
        text = run([self.benchstat, "-format", "csv", "base.txt", "changed.txt"], self.folder)
        (change,) = [row[5] for row in csv.reader(io.StringIO(text)) if row and row[0] == "Kernel"]
        return told(change.startswith("+"), change.startswith("-"))


def mann_whitney(first, second):
    """Two-sided exact p of the U test; ties count half, as if there were none in the distribution."""
    n, m = len(first), len(second)
    u = sum((a > b) + (a == b) / 2 for a in first for b in second)
    ways = {(i, 0): [1] for i in range(n + 1)} | {(0, j): [1] for j in range(m + 1)}
    for i in range(1, n + 1):
        for j in range(1, m + 1):  # the largest value is of the first (beats all j) or of the second
            ways[i, j] = [0] * (i * j + 1)
            for value, count in enumerate(ways[i - 1, j]):
                ways[i, j][value + j] += count
            for value, count in enumerate(ways[i, j - 1]):
                ways[i, j][value] += count
    tail = sum(ways[n, m][:math.floor(min(u, n * m - u)) + 1])
    return min(1.0, 2 * tail / math.comb(n + m, n))


class Nanobench:
    """Bench::compare() with 52 rounds. It compares within one process only, so both amounts of work are one program's.

    `program KERNEL BASE CHANGED`, the amounts in percent, prints "TOLD_APART RELATIVE ..." as CompareResult tells:
    1 or 0, and base / changed.
    """

    def __init__(self, program, folder):
        self.program, self.folder = program, folder

    def compare(self, percents, kernel):
        begin = time.monotonic()
        try:
            words = run([self.program, kernel, *(str(100 + percent) for percent in percents)], self.folder).split()
        except (subprocess.SubprocessError, OSError) as error:
            return failed(error)
        apart, relative = words[0] == "1", float(words[1])
        return {"verdict": told(apart and relative < 1, apart and relative > 1), "seconds": time.monotonic() - begin}


class Hyperfine:
    """Its default time. Told apart where the ratio +- sigma that it prints excludes 1."""

    def __init__(self, folder):
        self.folder = folder

    def compare(self, base, changed):
        begin = time.monotonic()
        path = os.path.join(self.folder, "hyperfine.json")
        try:
            run(["hyperfine", "-N", "--style", "none", "--export-json", path, base, changed], self.folder)
        except (subprocess.SubprocessError, OSError) as error:
            return failed(error)
        seconds = time.monotonic() - begin
        with open(path, encoding="utf-8") as file:
            first, second = json.load(file)["results"]
        ratio = second["mean"] / first["mean"]
        sigma = ratio * math.hypot(first["stddev"] / first["mean"], second["stddev"] / second["mean"])
        return {"verdict": told(ratio - sigma > 1, ratio + sigma < 1), "seconds": seconds}
