#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What perfprof convert writes, as other programs read it: speedscope itself in a browser, for all the formats that it
# knows; google-pprof's output as perfprof reads it; and weights that survive every format.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# One thread, 20 ms: 10 in hot, 4 in part, which is inlined there, 6 in the kernel below hot.
script() {
  local i
  for i in {1..20}; do
    printf 'prog  7/7 [000] 5.%06d:    1000000 cpu-clock:u: \n' $((i * 1000))
    if ((i <= 6)); then printf '\tffffffff8100 do_page_fault+0x1 ([kernel.kallsyms])\n'; fi
    if ((i > 16)); then printf '\t1010 part(int)+0x4 (inlined)\n'; fi
    printf '\t1010 hot(int, char)+0x4 (/opt/prog)\n\t2000 main+0x8 (/opt/prog)\n\n'
  done
}
script >in.script
for format in json speedscope pprof collapsed firefox callgrind; do
  gives 0 "" perfprof convert in.script --to "$format" --output "out.$format"
done

# By function: what follows the last ';' of each stack, the marks of kind and the process left out.
selfs() {
  perfprof convert "$1" --quiet --to collapsed --output - | sed -e 's/.*;//' -e 's/_\[[ki]\]//' | sort
}
printf 'do_page_fault 6000000\nhot(int, char) 10000000\npart(int) 4000000\n' >want.selfs
for format in json speedscope pprof collapsed callgrind; do
  ok "$format keeps the weight of each function" cmp -s <(selfs "out.$format") want.selfs
done

# Speedscope in a browser: the rows of its table "Sandwich" (total, self, name) for a document.
release=${PERFOPT_SPEEDSCOPE:-$(npm root -g 2>/dev/null)/speedscope/dist/release}
table() {
  printf 'speedscope.loadFileFromBase64("%s", "%s")' "$1" "$(base64 -w0 "$1")" >load.js
  timeout 30 chromium --headless=new --no-sandbox --disable-gpu --enable-unsafe-swiftshader \
    --user-data-dir="$work/browser" --allow-file-access-from-files --virtual-time-budget=20000 --dump-dom \
    "file://$release/index.html#localProfilePath=$work/load.js&view=sandwich" 2>/dev/null |
    sed 's/<[^>]*>/\n/g' | grep -v '^[[:space:]]*$' | paste -sd ' '
}
if ! command -v chromium >/dev/null || [[ ! -e $release/index.html ]]; then
  skip "no speedscope in a browser (chromium; npm install -g speedscope@1.25.0; scripts/check web brings its own)"
else
  first=$(table out.speedscope)
  if [[ $first != *Sandwich* ]]; then
    skip "chromium shows no page here: $first"
  else
    rest="* 6.00ms (30%) 6.00ms (30%) do_page_fault*20.00ms (100%) 0.00ns * main*"
    ok "speedscope shows its own format: $first" matches "$first" \
      "* 20.00ms (100%) 10.00ms (50%) hot(int, char)$rest"
    ok "and the inlined function: $first" matches "$first" "* 4.00ms (20%) 4.00ms (20%) part(int)*"
    cp out.pprof shown.pb.gz  # of functions inlined into one place it shows the outermost
    rows=$(table shown.pb.gz)
    ok "speedscope shows pprof: $rows" matches "$rows" "* 20.00ms (100%) 14.00ms (70%) hot(int, char)$rest"
    cp out.callgrind callgrind.out.7
    cp out.collapsed shown.collapsed.txt
    for shown in callgrind.out.7 shown.collapsed.txt; do
      rows=$(table "$shown")
      ok "speedscope shows $shown: $rows" matches "$rows" \
        "* 20,000,000 (100%) 10,000,000 (50%) hot(int, char)* (30%) do_page_fault* 4,000,000 (20%) part(int)* main*"
    done
  fi
fi

# google-pprof (gperftools) reads its own format alone; what it writes is read: 10 and 30 samples at two addresses.
if command -v google-pprof >/dev/null; then
  /usr/bin/python3 - <<'PYTHON'
import struct
base = 0x400000
words = [0, 3, 0, 1000, 0]  # header: 1,000 us between samples
words += [10, 2, base + 0x100, base + 0x500] + [30, 2, base + 0x200, base + 0x500]
words += [0, 1, 0]  # the end, then the maps
maps = b"00400000-00500000 r-xp 00000000 00:00 0    /opt/none\n"
open("gperftools.prof", "wb").write(struct.pack(f"<{len(words)}Q", *words) + maps)
PYTHON
  for format in callgrind collapsed; do
    google-pprof "--$format" /bin/true gperftools.prof >"google.$format" 2>/dev/null
    gives 0 $'0x0000000000400100 10\n0x0000000000400200 30' \
      sh -c "perfprof convert google.$format --to collapsed --output - | sort"
  done
else
  skip "no google-pprof (google-perftools)"
fi
finish
