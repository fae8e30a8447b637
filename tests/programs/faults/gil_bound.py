# SPDX-License-Identifier: Apache-2.0
"""Two threads that compute; clean: two processes."""
import multiprocessing
import threading

from fault import Run, crunch


def compute(run, x):
    while run.goes_on():
        x = crunch(x, 10000)


if __name__ == "__main__":
    run = Run()
    kind = multiprocessing.Process if run.clean else threading.Thread
    workers = [kind(target=compute, args=(run, i)) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
