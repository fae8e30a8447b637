#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof diff: nothing for two recordings of one program, a planted change, forms, exit codes, refusals.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# script SEED PERCENT: 10 s at 999 Hz, main calls parse for PERCENT of the time, else one of 8 others, as chance has it.
script() {
  awk -v seed="$1" -v share="$2" 'BEGIN {
    srand(seed)
    for (i = 0; i < 9990; ++i) {
      name = rand() * 100 < share ? "parse" : "f" int(rand() * 8)
      printf "prog 7 %d.%06d: 1001001 cpu-clock:u: \n\t10 %s+0x1 (/p)\n\t20 main+0x2 (/p)\n\n", i / 999, (i % 999) * 1001, name
    }
  }'
}
script 1 10 >base.script
script 2 10 >again.script
script 3 14 >more.script

gives 0 "No change beyond sampling noise: 10 functions compared;*" perfprof diff base.script again.script
gives 0 "*got slower*most of all parse*" perfprof diff base.script more.script
gives 1 "*parse*self*" perfprof diff base.script more.script --fail-on slower
gives 0 "No change*" perfprof diff base.script again.script --fail-on slower
gives 0 "*got faster*" perfprof diff more.script base.script --fail-on slower
gives 0 "## *| parse | self |*" perfprof diff base.script more.script --format markdown
gives 0 "function,module,*" perfprof diff base.script more.script --format csv
gives 0 "" perfprof diff base.script more.script --output diff.json
ok "the document is what its schema says" /usr/bin/python3 "$source/tests/schemas.py" .
ok "the planted change is the first of the document" /usr/bin/python3 -c '
import json
first = json.load(open("diff.json"))["functions"][0]
assert first["function"] == "parse" and first["verdict"] == "slower", first
assert first["self"]["change"]["low"] < 0.04 < first["self"]["change"]["high"] + 0.02, first'

# The same as a page, beside the text.
gives 0 "*parse*" perfprof diff base.script more.script --report diff.html
ok 'the page has a flame graph of both' grep -q 'data-flame="flame"' diff.html
ok 'and its data' grep -q '"after":{"self":"' diff.html

# Any format that is read.
perfprof convert base.script --output base.pb.gz
perfprof convert more.script --output more.pb.gz
gives 0 "*parse*count as independent*" perfprof diff base.pb.gz more.pb.gz

refuses 2 "perfprof: two profiles are needed*" perfprof diff base.script
refuses 2 "perfprof: --fail-on: 'slow' is none of slower*" perfprof diff base.script more.script --fail-on slow
refuses 2 "perfprof: --measure: base.script has no 'wall' but cpu" perfprof diff base.script more.script --measure wall
echo 'a;b 12' >counts.folded
refuses 2 "perfprof: one profile counts 'cpu' \[ns\], the other 'samples' \[count\]*" perfprof diff base.script counts.folded
finish
