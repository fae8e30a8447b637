#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What the world does to a recording: children that were there before, counts that were cut off, code maps that vanish
# with their container, a malloc that is and one that only seems a program's own, an interpreter that hangs.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# A value of a profile: look FILE EXPRESSION, in which p is the document.
look() {
  /usr/bin/python3 -c 'import json, sys; p = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"
}
functions='[p["strings"][name] for name in p["frames"]["function"]]'
findings='[doubt["finding"] for doubt in p["doubts"]]'

# --- a process that runs already has children, which go on
shares=$programs/../tests/programs/shares_frames
# shellcheck disable=SC2016  # the variables are the shell's that is started
sh -c '"$1" 100000 & echo $! >first; "$1" 100000 & echo $! >second; wait' sh "$shares" >/dev/null &
parent=$!
until [[ -s second ]]; do sleep 0.01; done
for backend in perf_event sampler; do
  if perfprof --backend "$backend" --dry-run --pid $parent >/dev/null 2>&1; then
    gives 0 "" perfprof --quiet --backend "$backend" --pid $parent --duration 0.5 --output "$backend.json"
    ok "$backend: children of --pid are recorded as such" \
      test "$(look "$backend.json" "sum(one.get('parent_pid') == $parent for one in p['processes'])")" -ge 2
  else
    skip "$backend cannot record here"
  fi
done
if [[ -s perf_event.json ]]; then
  ok "and with their stacks" test "$(look perf_event.json "'half' in $functions")" = True
fi
kill "$(<first)" "$(<second)" 2>/dev/null
wait

# --- counts that were cut off
# shellcheck disable=SC2016  # the variable is of the program that is recorded
gives 0 "" perfprof --mode calls --quiet --output calls.json -- \
  bash -c 'f() { :; }; f; f; echo "{\"result\": [" >"$NODE_V8_COVERAGE/coverage-1-2-3.json"'
ok "the rest is counted" test "$(look calls.json "'f' in $functions")" = True
ok "what was damaged is told" matches "$(look calls.json "$findings")" "*1 counts were cut off or damaged*"

# --- whose malloc it is
if [[ -x /usr/bin/python3 ]]; then
  gives 0 "" perfprof --mode alloc --quiet --output python.json -- /usr/bin/python3 -c 'len("x" * 100000)'
  ok "the usual Python uses the malloc of libc" \
    test "$(look python.json "any('malloc of its own' in one for one in $findings)")" = False
fi
cat >own.c <<'C'
#include <stddef.h>
static char memory[1 << 22];
static size_t used;
void* malloc(size_t bytes) { used += (bytes + 15) / 16 * 16; return memory + used - (bytes + 15) / 16 * 16; }
void free(void* block) { (void)block; }
int main(void) { return malloc(100) == NULL; }
C
if cc -rdynamic own.c -o own 2>/dev/null; then
  gives 0 "" perfprof --mode alloc --quiet --output own.json -- ./own
  ok "a malloc of its own is told" test "$(look own.json "any('malloc of its own' in one for one in $findings)")" = True
else
  skip "no compiler here"
fi

# --- a container: numbers and files of its own, which are gone when it has ended
cat >jit.js <<'JS'
function hot(n) { let sum = 0; for (let i = 0; i < n; ++i) sum += i % 7; return sum; }
const end = Date.now() + 400;
while (Date.now() < end) hot(100000);
JS
export NODE_OPTIONS="--perf-basic-prof --interpreted-frames-native-stack"
if ! perfprof --backend perf_event --dry-run -- true >/dev/null 2>&1; then
  skip "perf_event cannot record here"
elif ! command -v node >/dev/null || ! unshare --pid --mount --fork --mount-proc mount -t tmpfs none /tmp 2>/dev/null; then
  skip "no node, or no namespaces"
else
  # shellcheck disable=SC2016  # the variables are the shell's that is started
  gives 0 "" perfprof --quiet --backend perf_event --output jit.json -- \
    unshare --pid --mount --fork --mount-proc \
    sh -c 'mount -t tmpfs none /tmp && cd /tmp && exec node -e "$1"' sh "$(<jit.js)"
  ok "functions of a container that is gone have names" test "$(look jit.json "'hot' in $functions")" = True
fi
unset NODE_OPTIONS

# --- an interpreter that hangs
mkdir hanging
printf '#!/bin/sh\nexec sleep 60\n' >hanging/python3
chmod +x hanging/python3
begun=$SECONDS
PATH=$work/hanging:$PATH gives 0 "*no   functions and lines of Python: python3 did not end*" perfprof --doctor
ok "the doctor does not wait for it" test $((SECONDS - begun)) -lt 30

finish
