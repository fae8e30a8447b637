# SPDX-License-Identifier: Apache-2.0
"""The frame of a Python program with one planted fault: as fault.hpp is for those in C++."""
import sys
import time


class Run:
    def __init__(self):
        words = [word for word in sys.argv[1:] if word != "--clean"]
        self.clean = "--clean" in sys.argv
        self.seconds = float(words[0]) if words else 1.5
        self.start = time.monotonic()

    def goes_on(self):
        return time.monotonic() - self.start < self.seconds


def crunch(x, steps):
    """Some work of the program itself."""
    for _ in range(steps):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
    return x
