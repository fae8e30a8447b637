# SPDX-License-Identifier: Apache-2.0
"""Children, one after the other; clean: two at a time."""
import subprocess

from fault import Run

COMMAND = ["sh", "-c", "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done"]


def wait_for(children):
    for child in children:
        child.wait()


run = Run()
count = 0
while run.goes_on():
    children = [subprocess.Popen(COMMAND) for _ in range(2 if run.clean else 1)]
    wait_for(children)
    count += len(children)
print(count)
