# SPDX-License-Identifier: Apache-2.0
"""A journal that is made durable after each record; clean: at the end."""
import os
import tempfile

from fault import Run, crunch


def commit(file):
    file.flush()
    os.fdatasync(file.fileno())


run = Run()
x = 1
with tempfile.TemporaryFile(dir=".") as file:
    while run.goes_on():
        x = crunch(x, 2000)
        file.write(b"value %d\n" % x)
        if not run.clean:
            commit(file)
    commit(file)
print(x)
