# SPDX-License-Identifier: Apache-2.0
# A script that calls much: about 40 % of its time goes into calls of a tiny function, the rest into the same work
# without calls. It prints the CPU time of each part, which is the truth for profilers: the clock is read some
# hundred times a second, the calls are millions.
import json
import sys
import time


def tiny(x):
    return x + 1


def calling():
    total = 0
    for i in range(20000):
        total = tiny(total)
    return total


def counting():
    total = 0
    for i in range(100000):
        total = total + 1
    return total


spent = {"calling": 0.0, "counting": 0.0}
end = time.process_time() + float(sys.argv[1])
last = time.process_time()
while last < end:
    for part in (calling, counting):
        part()
        now = time.process_time()
        spent[part.__name__] += now - last
        last = now
print(json.dumps(spent))
