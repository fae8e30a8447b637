#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the planted difference what it says? Instructions of each kernel's body, counted by callgrind.

    benchmarks/verdicts/work.py build/release/benchmarks/verdicts

Prints, for each kernel, the instructions of one body of verdict_kernels_0 and by how many percent the others' exceed
it. Takes half a minute. Exit code 1 when one is more than 0.1 points off (0.3 at 30 %). What the system does for a call
is not counted: for file_write the figure is that of the loop around it. Needs valgrind.
"""
import os
import re
import subprocess
import sys
import tempfile

PERCENT = {"0": 0, "0b": 0, "1": 1, "2": 2, "5": 5, "30": 30}


def bodies(profile):
    """Of a callgrind profile: instructions of one body by class of kernel, all that it calls included."""
    names, total, calls = {}, {}, {}
    callee, count = None, None
    with open(profile, encoding="utf-8") as file:
        for line in file:
            if match := re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line):
                if match[2]:
                    names[match[1]] = match[2]
                if line.startswith("cfn"):
                    callee = match[1]
            elif line.startswith("calls="):
                count = int(line[6:].split()[0])
            elif count is not None:
                if match := re.search(r"(\w+)::run\(int\)", names.get(callee, "")):
                    total[match[1]] = total.get(match[1], 0) + int(line.split()[1])
                    calls[match[1]] = calls.get(match[1], 0) + count
                count = None
    return {name: total[name] / calls[name] for name in total}


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    counted = {}
    with tempfile.TemporaryDirectory() as folder:
        for suffix in PERCENT:
            profile = os.path.join(folder, suffix)
            program = os.path.join(sys.argv[1], f"verdict_kernels_{suffix}")
            subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", program,
                            "--benchmark_min_time=0.3"], check=True, capture_output=True)
            counted[suffix] = bodies(profile)
    wrong = 0
    for name, base in counted["0"].items():
        more = {suffix: (counted[suffix][name] / base - 1) * 100 for suffix in PERCENT}
        off = [suffix for suffix, percent in PERCENT.items() if abs(more[suffix] - percent) > max(0.1, percent / 100)]
        wrong += len(off)
        print(f"{name:14}{base:12,.0f}  " + "  ".join(f"{suffix}: {more[suffix]:+.3f} %" for suffix in PERCENT),
              "  WRONG" if off else "")
    return 1 if wrong else 0


sys.exit(main())
