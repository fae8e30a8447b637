# SPDX-License-Identifier: Apache-2.0
"""A thread waits for a result by asking again and again; clean: by waiting."""
import threading

from fault import Run, crunch


def wait_asking(ready):
    while not ready.is_set():
        pass


def wait_sleeping(ready):
    ready.wait()


def produce(run, ready):
    x = 1
    while run.goes_on():
        x = crunch(x, 10000)
    ready.set()


run = Run()
ready = threading.Event()
producer = threading.Thread(target=produce, args=(run, ready))
producer.start()
if run.clean:
    wait_sleeping(ready)
else:
    wait_asking(ready)
producer.join()
