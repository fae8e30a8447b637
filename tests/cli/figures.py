#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is every figure that the console shows in the document that was written beside it?

    tests/cli/figures.py RESULTS.json CONSOLE.txt      one line a finding; exit code 1 if there is any

Of each table row: its time, speed-up, interval and share of the limit are those of a variant of that problem at that
size, rounded to the digits shown. Of each sentence: every speed-up is one of that problem's. Prints how many figures
were compared; none is a failure.
"""
import json
import math
import re
import sys

UNITS = {"ns": 1, "us": 1e3, "ms": 1e6, "s": 1e9, "min": 60e9}
TIME = r"\d+ min \d+ s|[\d.]+ (?:ns|us|ms|s)\b"
RATIO = r"[\d.]+x"
ROW = re.compile(rf"^ +(?P<size>[\d,]+)? +(?:[-+~] +)?(?P<name>[A-Za-z]\w*)(?: \*)?(?: \(weaker\))? +"
                 rf"(?:baseline|(?P<speedup>{RATIO}) +(?P<low>{RATIO}) to (?P<high>{RATIO})) +(?P<time>{TIME})"
                 rf"(?: +[\d.]+ %)*?(?: +(?P<limit>[\d.]+) %)?$")
HEAD = re.compile(r"^(?P<problem>(?:memory|cpu|io)/\w+)(?:  |$)")


def rounds_to(value, shown, unit=1.0):
    """Does `value` read `shown` when written with as many decimals?"""
    digits = len(shown.partition(".")[2])
    return abs(value / unit - float(shown)) <= 0.5 * 10**-digits * (1 + 1e-9)


def time_matches(wall_ns, shown):
    parts = shown.split()
    if len(parts) == 4:
        return abs(wall_ns / 1e9 - (60 * int(parts[0]) + int(parts[2]))) <= 0.5
    return rounds_to(wall_ns, parts[0], UNITS[parts[1]])


class Check:
    def __init__(self, suite):
        self.problems = {}
        for case in suite["cases"]:
            self.problems.setdefault(f"{case['category']}/{case['problem']}", []).append(case)
        self.compared = 0
        self.findings = []

    def expect(self, holds, text):
        self.compared += 1
        if not holds:
            self.findings.append(text)

    def row(self, problem, size, row):
        variants = [v for case in self.problems[problem] if case["size"] == size for v in case["variants"]
                    if v["name"] == row["name"]]
        if len(variants) != 1:
            self.findings.append(f"{problem} at {size}: {len(variants)} variants named {row['name']}")
            return
        summary = variants[0]["summary"]
        where = f"{problem}/{row['name']} at {size}: "
        self.expect(time_matches(summary["wall_ns"], row["time"]), where + f"{row['time']} for {summary['wall_ns']} ns")
        for column, field in (("speedup", "estimate"), ("low", "low"), ("high", "high")):
            if row[column]:
                value = summary.get("speedup", {}).get(field, math.nan)
                self.expect(rounds_to(value, row[column][:-1]), where + f"{column} {row[column]} for {value}")
        if row["limit"]:
            share = summary.get("limit_share", math.nan)
            self.expect(rounds_to(share, row["limit"], 0.01), where + f"limit {row['limit']} % for {share}")

    def sentence(self, problem, text):
        known = [v["summary"]["speedup"]["estimate"] for case in self.problems[problem] for v in case["variants"]
                 if "speedup" in v["summary"]]
        for shown in re.findall(RATIO, text):
            self.expect(any(rounds_to(value, shown[:-1]) for value in known),
                        f"{problem}: {shown} is no speed-up of it: {text.strip()}")

    def console(self, lines):
        problem, size, inside = None, None, False
        for line in lines:
            head = HEAD.match(line)
            if head and head["problem"] in self.problems:
                problem, inside = head["problem"], True
            elif inside and not line.startswith(" "):
                inside = False
            elif inside:
                row = ROW.match(line)
                if row:
                    size = int(row["size"].replace(",", "")) if row["size"] else size
                    self.row(problem, size, row)
                else:
                    self.sentence(problem, line)
            else:
                answer = re.match(r"^  (\w+/\w+)  +", line)
                if answer and answer[1] in self.problems:
                    self.sentence(answer[1], line)


def main(document, console):
    with open(document, encoding="utf-8") as file:
        check = Check(json.load(file))
    with open(console, encoding="utf-8") as file:
        check.console(file.read().splitlines())
    for finding in check.findings:
        print(finding)
    print(f"figures: {check.compared} compared, {len(check.findings)} findings")
    return 1 if check.findings or not check.compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
