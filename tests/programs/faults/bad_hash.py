# SPDX-License-Identifier: Apache-2.0
"""A dictionary of points whose hash has few values; clean: it mixes both fields."""
from fault import Run, crunch


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def __eq__(self, other):
        return self.x == other.x and self.y == other.y


class FewValues(Point):
    def __hash__(self):
        return (self.x + self.y) % 16


class AllBits(Point):
    def __hash__(self):
        return hash((self.x, self.y))


def visit(kind, x):
    visits = {}
    for _ in range(2000):
        x = crunch(x, 2)
        point = kind(x >> 20 & 31, x >> 10 & 31)
        visits[point] = visits.get(point, 0) + 1
    return x + len(visits)


run = Run()
x = 1
while run.goes_on():
    x = visit(AllBits if run.clean else FewValues, x)
print(x)
