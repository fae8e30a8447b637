#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Shell functions with known shares of the CPU time: 50, 30, 15 and 5 % of equal units of work. Runs for about the
# seconds that are given.

unit() {
  local i total=0
  for ((i = 0; i < 40; i++)); do
    ((total += i * i % 7))
  done
}

repeat() {
  local n
  for ((n = 0; n < $1; n++)); do unit; done
}

half() { repeat 50; }
third() { repeat 30; }
seventh() { repeat 15; }
twentieth() { repeat 5; }

end=$((SECONDS + $1))
while ((SECONDS < end)); do
  half
  third
  seventh
  twentieth
done
