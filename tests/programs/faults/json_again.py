# SPDX-License-Identifier: Apache-2.0
"""A setting looked up in a text of JSON for each request; clean: in what was parsed once."""
import json

from fault import Run, crunch


def answer_parsing(text, x):
    settings = json.loads(text)
    return crunch(x, settings["steps"])


def answer(settings, x):
    return crunch(x, settings["steps"])


run = Run()
settings = {"steps": 100, "limits": [{"name": f"limit {i}", "value": i} for i in range(60)]}
text = json.dumps(settings)
x = 1
while run.goes_on():
    x = answer(settings, x) if run.clean else answer_parsing(text, x)
print(x)
