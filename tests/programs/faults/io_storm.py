# SPDX-License-Identifier: Apache-2.0
"""Settings opened, read and closed for each record; clean: once a block of 1024 records."""
import os

from fault import Run, crunch

NAME = f"fault-{os.getpid()}"


def settings():
    with open(NAME, "rb", buffering=0) as file:
        return len(file.read(4096))


run = Run()
with open(NAME, "wb") as file:
    file.write(b"x" * 2000)
x = 1
while run.goes_on():
    setting = settings()
    for _ in range(1024):
        x = crunch(x, 10)
        if not run.clean:
            setting = settings()
        x += setting
os.unlink(NAME)
print(x)
