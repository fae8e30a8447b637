#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof convert on perf.data files that are no more what perf wrote: cut anywhere, with bytes changed, recorded with
# programs that are gone or others by now. It reads what there is and says what it left out, or refuses in one line.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# damage FILE TIMES: cuts it at that many places, changes bytes of it anywhere and in its head half as often each.
# Whatever comes: exit code 0, or 2 with one line that names the file; within seconds. Prints what broke that.
damage() {
  /usr/bin/python3 - "$1" "$2" <<'PYTHON'
import collections, random, subprocess, sys
data, times = open(sys.argv[1], "rb").read(), int(sys.argv[2])
draw = random.Random(7)
ends = collections.Counter()

def tried(what, content):
    open("broken.data", "wb").write(content)
    run = subprocess.run(["perfprof", "convert", "broken.data", "--to", "collapsed", "--output", "-"],
                         capture_output=True, timeout=30)
    told = run.stderr.decode(errors="replace")
    ends[run.returncode] += 1
    refused = run.returncode == 2 and not run.stdout and told.count("\n") == 1
    if not (run.returncode == 0 or refused) or (told and not told.startswith("perfprof: broken.data: ")):
        print(f"{what}: exit code {run.returncode}: {told[:400]}")

def changed(size):
    content = bytearray(data)
    for _ in range(draw.choice([1, 3, 20])):
        content[draw.randrange(size)] = draw.randrange(256)
    return bytes(content)

for i in range(times):
    tried(f"cut at {len(data) * i // times}", data[: len(data) * i // times])
for i in range(times // 2):
    tried(f"bytes changed, {i}", changed(len(data)))
    tried(f"head changed, {i}", changed(min(len(data), 400)))
if not (ends[0] and ends[2]):
    print(f"nothing of it was read, or nothing refused: {dict(ends)}")
PYTHON
}

for seed in "$source"/tests/fuzz/corpus/perf_data/*; do
  ok "damaged ${seed##*/}: $(damage "$seed" 100 | tee damage.log | head -3)" test ! -s damage.log
done

: >empty.data
refuses 2 "perfprof: empty.data: *the file is empty" perfprof convert empty.data --to json --output -
mkdir directory.data
refuses 2 "perfprof: read directory.data (name a file in it): Is a directory" \
  perfprof convert directory.data --to json --output -
head -c 200 "$source/tests/fuzz/corpus/perf_data/chains_file" >cut.data
refuses 2 "perfprof: cut.data: at byte *the file is damaged or cut, record it again" \
  perfprof convert cut.data --to json --output -
refuses 2 "perfprof: standard input: a perf.data is read from a file*" \
  sh -c "cat '$source/tests/fuzz/corpus/perf_data/chains_stream' | perfprof convert - --to json --output -"

# A program that is gone is told by addresses; one that was built anew in its place is told to be another.
shares=$programs/../tests/programs/shares_frames
other=$programs/../tests/programs/waits
if ! command -v perf >/dev/null || ! cp "$shares" program || ! cp "$other" other ||
  ! perf record -q -e cpu-clock:u -F 500 -g -o recorded.data ./program 100 >/dev/null 2>&1; then
  skip "no perf here that records"
else
  gives 0 "*program;*;main;*" perfprof convert recorded.data --to collapsed --output -
  ok "damaged recording: $(damage recorded.data 40 | tee damage.log | head -3)" test ! -s damage.log
  perf record -q -e cpu-clock:u -F 1 -g -o short.data ./program 0 >/dev/null 2>&1
  gives 0 "" perfprof convert short.data --to collapsed --output -
  ok "that nothing was sampled is told: $(<.err)" matches "$(<.err)" "perfprof: short.data: holds no samples*"
  rm program
  gives 0 "*program;*\[program+0x*\]*" perfprof convert recorded.data --to collapsed --output -
  ok "that it is gone is told: $(<.err)" matches "$(<.err)" \
    "perfprof: recorded.data: 1 binary is not here (*/program): its functions are told by address"
  mv other program
  gives 0 "*" perfprof convert recorded.data --to collapsed --output -
  ok "that it is another is told: $(<.err)" matches "$(<.err)" \
    "perfprof: recorded.data: 1 binary differs from what was recorded (*/program): *"
fi
finish
