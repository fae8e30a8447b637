#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof convert: from format to format, what other tools make of what it writes, what it refuses.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# Two threads, an inlined function, the kernel: 10 ms in hot, 4 in its inlined part, 6 in the kernel.
script() {
  local time=0 i
  for i in {1..20}; do
    time=$((time + 1))
    printf 'prog  7/%s [000] 5.%06d:    1000000 cpu-clock:u: \n' $((7 + i % 2)) $((time * 1000))
    if ((i <= 6)); then printf '\tffffffff8100 do_page_fault+0x1 ([kernel.kallsyms])\n'; fi
    if ((i > 16)); then printf '\t1010 part(int)+0x4 (inlined)\n'; fi
    printf '\t1010 hot(int, char)+0x4 (/opt/prog)\n\t2000 main+0x8 (/opt/prog)\n\n'
  done
}
script >in.script

for format in json speedscope pprof collapsed firefox callgrind; do
  gives 0 "" perfprof convert in.script --to "$format" --output "out.$format"
  ok "$format is not empty" test -s "out.$format"
done
gives 0 "" perfprof convert in.script --output by-suffix.pb.gz
ok "the suffix decides" cmp -s by-suffix.pb.gz out.pprof
gives 0 "*prog;main;hot(int, char);do_page_fault_\[k\] 6000000*" perfprof convert out.json --to collapsed --output -
ok "the document is what its schema says" /usr/bin/python3 "$source/tests/schemas.py" . >schema.log
for format in speedscope pprof; do
  perfprof convert "out.$format" --to collapsed --output - | sed 's/^prog;//' | sort >"$format.folded"
  sed -e 's/^prog;//' -e 's/_\[[ki]\]//g' out.collapsed | sort >want.folded
  ok "$format keeps stacks and sums" cmp -s <(sed 's/_\[[ki]\]//g; s/^[^;]*;main/main/' "$format.folded") want.folded
done
gives 0 "*main*" sh -c 'perfprof convert - --to collapsed --output - <in.script'

# The peers.
flamegraph=$(command -v flamegraph.pl || echo /usr/share/perl5/Devel/NYTProf/flamegraph.pl)
if [[ -e $flamegraph ]]; then
  gives 0 "*<title>hot(int, char) (20,000,000 samples, 100.00%)</title>*" perl "$flamegraph" out.collapsed
else
  skip "no flamegraph.pl (libdevel-nytprof-perl)"
fi
if command -v callgrind_annotate >/dev/null; then
  gives 0 "*20,000,000 (100.0%)*PROGRAM TOTALS*10,000,000 (50.00%)*hot(int, char)*" callgrind_annotate --inclusive=no out.callgrind
  gives 0 "*20,000,000 (100.0%)*:main*" callgrind_annotate --inclusive=yes out.callgrind
else
  skip "no callgrind_annotate (valgrind)"
fi
if command -v go >/dev/null && go tool pprof -h >/dev/null 2>&1 || [[ $? -eq 2 ]]; then
  gives 0 "*Total samples = 20ms*10ms 50.00%*hot*main*" env HOME="$work" go tool pprof -top out.pprof
else
  skip "no go tool pprof (golang-go)"
fi
if modules=$(npm root -g 2>/dev/null) && [[ -e $modules/speedscope/dist/release/file-format-schema.json ]]; then
  ok "speedscope's own schema" /usr/bin/python3 -c '
import json, jsonschema, sys
jsonschema.validate(json.load(open("out.speedscope")), json.load(open(sys.argv[1])))' \
    "$modules/speedscope/dist/release/file-format-schema.json"
else
  skip "no speedscope (npm install -g speedscope)"
fi
# The processed profile format of the Firefox profiler: columns of equal length, indexes that point somewhere.
ok "the form of the Firefox profiler" /usr/bin/python3 - <<'PYTHON'
import json
profile = json.load(open("out.firefox"))
assert profile["meta"]["preprocessedProfileVersion"] == 48
assert any(category["color"] == "grey" for category in profile["meta"]["categories"])
total = 0
for thread in profile["threads"]:
    def rows(name):
        table = thread[name]
        columns = {key: value for key, value in table.items() if isinstance(value, list)}
        assert all(len(column) == table["length"] for column in columns.values()), name
        return columns, table["length"]
    stacks, stack_count = rows("stackTable")
    frames, frame_count = rows("frameTable")
    functions, function_count = rows("funcTable")
    samples, _ = rows("samples")
    for name in ("resourceTable", "nativeSymbols", "markers"):
        rows(name)
    assert all(prefix is None or prefix < i for i, prefix in enumerate(stacks["prefix"]))
    assert all(frame < frame_count for frame in stacks["frame"])
    assert all(function < function_count for function in frames["func"])
    assert all(name < len(thread["stringArray"]) for name in functions["name"])
    assert all(stack is None or stack < stack_count for stack in samples["stack"])
    assert samples["time"] == sorted(samples["time"])
    total += sum(samples["weight"])
assert abs(total - 20) < 1e-9, total  # milliseconds
PYTHON

refuses 2 "perfprof: INPUT is missing*" perfprof convert --output x.json
refuses 2 "perfprof: --output is missing*" perfprof convert in.script
refuses 2 "perfprof: which format?*" perfprof convert in.script --output x.unknown
refuses 2 "perfprof: 'ppro' is no format that is written*did you mean 'pprof'?" perfprof convert in.script --to ppro --output -
refuses 2 "perfprof: *missing*: No such file or directory" perfprof convert missing --to json --output -
refuses 2 "perfprof: --measure: in.script has no 'cpus' but cpu; did you mean 'cpu'?" \
  perfprof convert in.script --measure cpus --to json --output -
head -c 60 out.pprof >cut.pb.gz
refuses 2 "perfprof: cut.pb.gz: *cut off" perfprof convert cut.pb.gz --to json --output -
echo 'nothing of it' >text
refuses 2 "perfprof: text: no profile of a tool that is known*" perfprof convert text --to json --output -
finish
