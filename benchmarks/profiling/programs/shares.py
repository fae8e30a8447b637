# SPDX-License-Identifier: Apache-2.0
# Python functions with known shares of the CPU time: 50, 30, 15 and 5 % of equal units of work. Runs for the seconds
# that are given.
import sys
import time


def unit():
    total = 0
    for i in range(400):
        total += i * i % 7
    return total


def half():
    for _ in range(50):
        unit()


def third():
    for _ in range(30):
        unit()


def seventh():
    for _ in range(15):
        unit()


def twentieth():
    for _ in range(5):
        unit()


end = time.process_time() + float(sys.argv[1])
while time.process_time() < end:
    half()
    third()
    seventh()
    twentieth()
