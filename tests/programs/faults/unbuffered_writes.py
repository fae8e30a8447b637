# SPDX-License-Identifier: Apache-2.0
"""A log of short records, a write(2) each; clean: buffered."""
import tempfile

from fault import Run, crunch


def log(file, x):
    file.write(b"value %d\n" % x)


run = Run()
x = 1
with tempfile.TemporaryFile(dir=".", buffering=65536 if run.clean else 0) as file:
    while run.goes_on():
        for _ in range(1000):
            x = crunch(x, 5)
            log(file, x)
        file.seek(0)
print(x)
