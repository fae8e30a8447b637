# SPDX-License-Identifier: Apache-2.0
"""A report of many lines: each makes a new text of all that was before; clean: joined at the end."""
from fault import Run, crunch


class Report:
    def __init__(self):
        self.text = ""
        self.lines = []

    def add_anew(self, line):
        self.text = self.text + line

    def add(self, line):
        self.lines.append(line)


def write_report(clean):
    report = Report()
    for i in range(15000):
        line = f"row {crunch(i, 3)} of the report of all that was found today\n"
        if clean:
            report.add(line)
        else:
            report.add_anew(line)
    return len(report.text) + len("".join(report.lines))


run = Run()
size = 0
while run.goes_on():
    size += write_report(run.clean)
print(size)
