# SPDX-License-Identifier: Apache-2.0
"""Settings copied deeply for each request; clean: only read."""
import copy

from fault import Run, crunch


def answer_copying(settings, x):
    own = copy.deepcopy(settings)
    return crunch(x, own["steps"])


def answer(settings, x):
    return crunch(x, settings["steps"])


run = Run()
settings = {"steps": 200, "limits": [{"name": f"limit {i}", "value": i} for i in range(30)]}
x = 1
while run.goes_on():
    x = answer(settings, x) if run.clean else answer_copying(settings, x)
print(x)
