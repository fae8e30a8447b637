# SPDX-License-Identifier: Apache-2.0
"""Sessions that are over are never forgotten; clean: the oldest is."""
from collections import deque

from fault import Run, crunch


def open_session(x):
    return [x] * 500


run = Run()
sessions = deque()
x = 1
while run.goes_on():
    x = crunch(x, 800)
    sessions.append(open_session(x))
    if run.clean and len(sessions) > 500:
        sessions.popleft()
print(len(sessions) > 0)
