# SPDX-License-Identifier: Apache-2.0
"""A Profile document as the benchmarks of this folder look at it, and how they start programs."""
import collections
import json
import os
import subprocess
import tempfile

ACTIVITIES = ("running", "preempted", "futex", "read", "write", "poll", "sleep", "child", "network", "sync",
              "page_fault", "other")
AS_NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.getuid() == 0 else []


class RecordedProfile:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = json.load(file)
        frames, stacks, samples = (self.document[name] for name in ("frames", "stacks", "samples"))
        names = [self.document["strings"][index] for index in frames["function"]]
        self._above = []  # of each node: the names from it to the root
        for frame, parent in zip(stacks["frame"], stacks["parent"]):
            self._above.append((self._above[parent] if parent >= 0 else frozenset()) | {names[frame]})
        self._rows = list(zip(samples["stack"], samples["activity"], *samples["values"]))

    def sums(self, measure, activity=None):
        """By function: the sum of the measure over the rows that have it in their stack; "" is the total."""
        index = [one["name"] for one in self.document["measures"]].index(measure)
        sums = collections.Counter()
        for row in self._rows:
            if activity is None or ACTIVITIES[row[1]] == activity:
                sums[""] += row[2 + index]
                for name in self._above[row[0]] if row[0] >= 0 else ():
                    sums[name] += row[2 + index]
        return sums


def below(sums, function):
    """Of all functions whose name has that in it: templates and arguments are part of names."""
    return max((value for name, value in sums.items() if function in name), default=0)


def profile(perfprof, words, flags=(), user=()):
    """Records `words`; returns the profile and what the program wrote."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        path = os.path.join(folder, "profile.json")
        command = [*user, perfprof, "--output", path, *flags, "--", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return RecordedProfile(path), done.stdout
