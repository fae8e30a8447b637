#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How far profiles are from a known truth: shares of CPU time, and off-CPU time.

    benchmarks/profiling/accuracy.py PERFPROF PROGRAMS [RUNS]

PROGRAMS is build/PRESET/tests/programs. Shares: 50, 30, 15 and 5 % of the same work, at 999 Hz for about 3 s, with
frame pointers and with a frameless leaf; RUNS (5) times each. One profile of 3,000 samples has a standard error of 0.9
points on a share of a half, so that the error of the mean over the runs tells of a bias and the largest one of the
noise. Off-CPU: what each of four kinds of wait took by the program's own clock, as a plain user.
"""
import os
import statistics
import sys

import recorded_profile

SHARES = {"half": 50, "third": 30, "seventh": 15, "twentieth": 5}
WAITS = {"sleep": ("wait_asleep", "sleep"), "lock": ("wait_for_lock", "futex"), "pipe": ("wait_for_pipe", "read"),
         "child": ("wait_for_child", "child")}


def share_errors(perfprof, program, user):
    recorded, _ = recorded_profile.profile(perfprof, [program, "1000"], ["--rate", "999"], user)
    sums = recorded.sums("cpu")
    # Of the work: what the dynamic linker and the start take is none of the four.
    work = sum(recorded_profile.below(sums, name) for name in SHARES)
    return {name: 100 * recorded_profile.below(sums, name) / work - share for name, share in SHARES.items()}


def print_shares(perfprof, programs, runs):
    print("program            user   mean error [points]   largest of a run   bias (largest of means)")
    for program in ("shares_frames", "shares_frameless"):
        for who, user in (("own", []), ("plain", recorded_profile.AS_NOBODY)):
            errors = [share_errors(perfprof, os.path.join(programs, program), user) for _ in range(runs)]
            every = [abs(error) for run in errors for error in run.values()]
            bias = max(abs(statistics.mean(run[name] for run in errors)) for name in SHARES)
            print(f"{program:18} {who:5}  {statistics.mean(every):19.2f}   {max(every):16.2f}   {bias:.2f}")


def print_waits(perfprof, programs):
    print("wait    true [ms]   recorded [ms]   difference")
    for kind, (place, activity) in WAITS.items():
        words = [os.path.join(programs, "waits"), kind, "30", "30"]
        recorded, printed = recorded_profile.profile(perfprof, words, user=recorded_profile.AS_NOBODY)
        truth = int(printed.split()[0]) / 1e6
        found = recorded_profile.below(recorded.sums("wall", activity), place) / 1e6
        print(f"{kind:6} {truth:10.1f} {found:15.1f} {100 * (found / truth - 1):+10.2f} %")


def main(perfprof, programs, runs=5):
    print_shares(perfprof, programs, int(runs))
    print_waits(perfprof, programs)


if __name__ == "__main__":
    main(*sys.argv[1:])
