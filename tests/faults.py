#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Is the advice right? Profiles programs with one planted fault each, and their twins without it, and judges.

    tests/faults.py PERFPROF PROGRAMS [--seconds S] [--brief] [NAME...]

PROGRAMS is the directory of the built programs (build/dev/tests/programs/faults); those in Python stand beside this
file. A NAME is "regex_in_loop" for C++, "regex_in_loop.py" for Python; without any all are tried, with --brief a few.
Prints a table. Exit code 1 when less than 90 % of what is advised is right, less than 80 % of the faults are found, or
anything is advised on a twin.
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

# What counts as right: the first is what must be found, the others are true of the program as well.
RIGHT = {
    "allocation_in_loop": ["allocation_in_hot_loop"],
    "bad_hash": ["colliding_hash"],
    "busy_wait": ["busy_wait"],
    "copy_by_value": ["copied_by_value"],
    "exceptions": ["exceptions_as_control_flow"],
    "false_sharing": ["false_sharing"],
    "gil_bound": ["gil_bound"],
    "idle_on_child": ["idle_on_child"],
    "io_storm": ["io_storm"],
    "json_again": ["json_parsed_again"],
    "leak": ["leak"],
    "lock_convoy": ["lock_convoy"],
    "n_plus_one": ["n_plus_one_queries"],
    "page_fault_storm": ["page_fault_storm"],
    "quadratic_loop": ["quadratic_search"],
    "regex_in_loop": ["regex_in_loop"],
    "serial_phase": ["serial_phase"],
    "string_concat": ["string_concatenation", "page_fault_storm"],
    "sync_every_write": ["sync_every_write"],
    "system_call_storm": ["system_call_storm"],
    "tiny_reads": ["tiny_reads"],
    "unbuffered_writes": ["unbuffered_writes"],
}
BRIEF = ["regex_in_loop", "exceptions", "quadratic_loop", "allocation_in_loop", "regex_in_loop.py", "string_concat.py"]


def command_of(name, programs):
    if not name.endswith(".py"):
        return [str(programs / name)]
    here = pathlib.Path(__file__).resolve().parent / "programs" / "faults" / name
    return [os.path.realpath(sys.executable), str(here)]


def advice_on(perfprof, command, directory):
    document = directory / "profile.json"
    record = [perfprof, "--quiet", "--output", str(document), "--", *command]
    subprocess.run(record, cwd=directory, check=True, stdout=subprocess.DEVNULL)
    advise = [perfprof, "advise", str(document), "--format", "json"]
    told = json.loads(subprocess.run(advise, check=True, capture_output=True).stdout)
    return told["recommendations"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("perfprof", type=pathlib.Path)
    parser.add_argument("programs", type=pathlib.Path)
    parser.add_argument("--seconds", default="1.5")
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    here = pathlib.Path(__file__).resolve().parent / "programs" / "faults"
    everything = sorted(p.stem for p in here.glob("*.cpp")) + sorted(
        p.name for p in here.glob("*.py") if p.name != "fault.py")
    names = options.names or (BRIEF if options.brief else everything)
    perfprof, programs = str(options.perfprof.resolve()), options.programs.resolve()

    found = right = given = false_alarms = 0
    print("| program | advised | impact | on the twin |\n|---|---|---|---|")
    for name in names:
        with tempfile.TemporaryDirectory(dir=".") as directory:
            directory = pathlib.Path(directory).resolve()
            command = command_of(name, programs)
            told = advice_on(perfprof, [*command, options.seconds], directory)
            twin = advice_on(perfprof, [*command, "--clean", options.seconds], directory)
        expected = RIGHT[name.removesuffix(".py")]
        rules = [one["rule"] for one in told]
        found += expected[0] in rules
        given += len(rules)
        right += sum(rule in expected for rule in rules)
        false_alarms += len(twin)
        impact = ", ".join(f"{100 * one['impact']['share']:.0f} %" for one in told)
        silent = ", ".join(one["rule"] for one in twin) or "nothing"
        print(f"| {name} | {', '.join(rules) or 'nothing'} | {impact} | {silent} |", flush=True)
    print(f"\nfound {found} of {len(names)} faults; {right} of {given} pieces of advice right; "
          f"{false_alarms} given on {len(names)} twins")
    good = found >= 0.8 * len(names) and right >= 0.9 * given and false_alarms == 0
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
