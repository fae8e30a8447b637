# SPDX-License-Identifier: Apache-2.0
"""Words looked for in lines, each by a pattern that is compiled for it; clean: one pattern for all."""
import re

from fault import Run, crunch


def mentions_one(names, line):
    return sum(1 for name in names if re.search(rf"\b{name}(;|=[0-9]+)?$", line))


def mentions(pattern, line):
    return len(pattern.findall(line))


run = Run()
names = [f"name{i}" for i in range(1000)]
pattern = re.compile(r"\b(name[0-9]+)(;|=[0-9]+)?$")
found = 0
x = 1
while run.goes_on():
    x = crunch(x, 50)
    line = f"a line of name{x % 1000}=17"
    found += mentions(pattern, line) if run.clean else mentions_one(names, line)
print(found)
