# SPDX-License-Identifier: Apache-2.0
"""A file of records, a read(2) of 16 bytes each; clean: buffered."""
import os
import tempfile

from fault import Run, crunch


def sum_by_records(descriptor):
    total = 0
    while record := os.read(descriptor, 16):
        total += crunch(record[0], 2)
    return total


def sum_buffered(file):
    total = 0
    while record := file.read(16):
        total += crunch(record[0], 2)
    return total


run = Run()
total = 0
with tempfile.TemporaryFile(dir=".") as file:
    file.write(bytes(range(256)) * 1000)
    file.flush()
    while run.goes_on():
        file.seek(0)
        os.lseek(file.fileno(), 0, os.SEEK_SET)
        total += sum_buffered(file) if run.clean else sum_by_records(file.fileno())
print(total)
