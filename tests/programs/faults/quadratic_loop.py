# SPDX-License-Identifier: Apache-2.0
"""Distinct values: looked for in a list; clean: in a set."""
from fault import Run, crunch


def distinct_by_search(values):
    seen = []
    for value in values:
        if value not in seen:
            seen.append(value)
    return len(seen)


def distinct_by_set(values):
    seen = set()
    for value in values:
        if value not in seen:
            seen.add(value)
    return len(seen)


run = Run()
x = 1
while run.goes_on():
    values = [(x := crunch(x, 5)) for _ in range(2000)]
    x += distinct_by_set(values) if run.clean else distinct_by_search(values)
print(x)
