# SPDX-License-Identifier: Apache-2.0
"""A neighbour that comes and goes: a process that burns CPU, memory bandwidth or the kernel's files on any core."""
import os
import random
import subprocess
import threading

KINDS = ("arithmetic", "streaming", "file_write")
MEAN_S = 0.7  # that it stays, and that it stays away


class Neighbour:
    """with Neighbour(program): ...   `program` is one of verdict_kernels_N."""

    def __init__(self, program):
        self.program = program
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.come_and_go)
        self.random = random.SystemRandom()

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()

    def come_and_go(self):
        while not self.over.wait(self.random.expovariate(1 / MEAN_S)):
            cores = sorted(os.sched_getaffinity(0))
            words = [self.program, f"--benchmark_filter=^{self.random.choice(KINDS)}$", "--benchmark_min_time=60"]
            if self.random.random() < 0.5:
                words = ["taskset", "-c", str(self.random.choice(cores)), *words]
            with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
                self.over.wait(self.random.expovariate(1 / MEAN_S))
                process.kill()
