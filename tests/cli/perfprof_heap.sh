#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof --mode alloc: known leaks are found with their bytes and place, clean twins have none, crashes and children
# are seen, what cannot be preloaded into is refused.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

export TMPDIR=$work/scratch
mkdir "$TMPDIR"
program=$programs/../tests/programs/heap
for what in leak threads fork exec deep; do
  gives 0 "" perfprof --mode alloc --quiet --output "$what.json" -- "$program" "$what"
done
gives 0 "" perfprof --mode alloc --quiet --output clean.json -- "$program" clean
gives 134 "" perfprof --mode alloc --quiet --output crash.json -- "$program" crash

# shellcheck disable=SC2016  # the program is python's
check='
import json, sys
mib = {"leak": 64, "threads": 64, "fork": 24, "exec": 64, "crash": 32, "deep": 16, "clean": 0}
for what, expected in mib.items():
    profile = json.load(open(what + ".json"))
    names = [measure["name"] for measure in profile["measures"]]
    live = sum(profile["samples"]["values"][names.index("live_bytes")]) / 2**20
    assert abs(live - expected) <= 0.25 * expected, (what, live)
'
ok "bytes left allocated are those of the program" /usr/bin/python3 -c "$check"
gives 0 "*keep_rows*" perfprof --mode alloc --format csv --output - -- "$program" leak

printf 'int main() { return 0; }\n' >static.c
if cc -static static.c -o static 2>/dev/null; then
  refuses 3 "perfprof: --mode alloc: *linked statically*" perfprof --mode alloc -- ./static
else
  skip "no static libc here"
fi
ok "nothing is left behind" test -z "$(ls -A "$TMPDIR")"
finish
