#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfbench command: commands that crash, hang or write something else, exports that others read, wrong flags.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

command=(perfbench command)

# Wrong requests.
refuses 2 "perfbench: no command is given;*" "${command[@]}"
refuses 2 "perfbench: unknown flag '--warmpu'; did you mean '--warmup'?*" "${command[@]}" --warmpu 3 true
refuses 2 "perfbench: --warmup: 'x' is no whole number from 0 to*" "${command[@]}" -w x true
refuses 2 "perfbench: --runs: '0' is no whole number from 1 to*" "${command[@]}" -r 0 true
refuses 2 "perfbench: --runs contradicts --min-runs*" "${command[@]}" -r 3 -m 2 true
refuses 2 "perfbench: --min-runs is above --max-runs" "${command[@]}" -m 5 -M 2 true
refuses 2 "perfbench: -N and --shell contradict*" "${command[@]}" -N -S bash true
refuses 2 "perfbench: --reference-name needs --reference" "${command[@]}" --reference-name x true
refuses 2 "perfbench: --threshold: '200%' is no share*" "${command[@]}" --threshold 200% true false
refuses 2 "perfbench: --metric: 'cup' is none of*did you mean 'cpu'?" "${command[@]}" --metric cup true true
refuses 2 "perfbench: --fail-on: 'slow' is none of*did you mean 'slower'?" "${command[@]}" --fail-on slow true true
refuses 2 "perfbench: --fail-on needs two commands*" "${command[@]}" --fail-on slower true
refuses 2 "perfbench: --fail-on needs two commands and no parameters*" "${command[@]}" --fail-on slower -P n 1 2 'echo {n}'
refuses 2 "perfbench: --format junit tells verdicts;*" "${command[@]}" --format junit true
refuses 2 "perfbench: --sort: 'mean' is none of*" "${command[@]}" --sort mean true
refuses 2 "perfbench: --style: 'loud' is none of*" "${command[@]}" --style loud true
refuses 2 "perfbench: --time-unit: 'minute' is none of*" "${command[@]}" -u minute true
refuses 2 "perfbench: --ignore-failure: 'x' is no whole number*" "${command[@]}" --ignore-failure=x true
refuses 2 "perfbench: --parameter-scan n: the range from 5 to 1 is empty" "${command[@]}" -P n 5 1 'echo {n}'
refuses 2 "perfbench: --parameter-scan n: 'x' is no decimal number*" "${command[@]}" -P n x 1 'echo {n}'
refuses 2 "perfbench: --parameter-step-size needs a --parameter-scan*" "${command[@]}" -D 2 true
refuses 2 "perfbench: the parameter 'n' is given twice" "${command[@]}" -L n 1 -L n 2 'echo {n}'
refuses 2 "perfbench: --command-name is given 2 times for 1 commands" "${command[@]}" -n a -n b true
refuses 2 "perfbench: --prepare is given 3 times for 2 commands;*" "${command[@]}" -p a -p b -p c true true
refuses 2 "perfbench: command: 'a 'b' has a quote that is not closed" "${command[@]}" -N "a 'b"
refuses 2 "*none/x.json*" "${command[@]}" --export-json none/x.json true
refuses 2 "*no-such-input*" "${command[@]}" --input no-such-input cat
refuses 2 "perfbench: --timeout: 'soon' is no duration;*" "${command[@]}" --timeout soon true
refuses 3 "perfbench: no-such-program: not found in PATH;*" "${command[@]}" -N no-such-program
refuses 3 "perfbench: --cpu: CPU 1000 is none that this process may use*" "${command[@]}" --cpu 1000 true

# Commands that do not do what they should.
refuses 2 "perfbench: 'exit 7' ended with exit code 7 in run 1; --show-output*" "${command[@]}" 'exit 7'
refuses 2 "perfbench: 'kill -SEGV \$\$' was killed by signal 11*" "${command[@]}" true 'kill -SEGV $$'
refuses 2 "perfbench: 'sleep 99' did not end within 200 ms and was stopped in run 1;*" \
  "${command[@]}" --timeout 200ms true 'sleep 99'
refuses 2 "perfbench: --setup: 'false' ended with exit code 1;*" "${command[@]}" -s false true
refuses 2 "perfbench: --prepare: 'false' ended with exit code 1;*" "${command[@]}" -p false true
refuses 2 "perfbench: --shell: 'false -c' with an empty command ended with exit code 1;*" "${command[@]}" -S false true
refuses 1 "perfbench: the outputs differ at byte 3 (line 2): 'b' of 'A', 'c' of 'B'" \
  "${command[@]}" --expect-same-output -n A -n B "printf 'a\nb'" "printf 'a\nc'"
# shellcheck disable=SC2016  # the commands' own variable
gives 1 "*1 failed*ended with*in run 4*" "${command[@]}" -r 12 true 'test $PERFBENCH_RUN -lt 3'
# shellcheck disable=SC2016
gives 1 "*ended with exit code 1 in run 4*" "${command[@]}" -r 5 'test $PERFBENCH_RUN -lt 3'
gives 0 "false: *" "${command[@]}" -i -r 2 false
gives 0 "exit 3: *" "${command[@]}" --ignore-failure=2,3 -r 2 'exit 3'

# Verdicts.
gives 0 "*slower*" "${command[@]}" -N -r 10 'sleep 0.001' 'sleep 0.1'
gives 1 "*slower*" "${command[@]}" -N -r 10 --fail-on slower 'sleep 0.001' 'sleep 0.1'
gives 0 "*faster*" "${command[@]}" -N -r 10 --fail-on slower 'sleep 0.1' 'sleep 0.001'
gives 1 "*" "${command[@]}" -N -r 2 --fail-on inconclusive 'sleep 0.001' 'sleep 0.001'
gives 0 "*" "${command[@]}" -N -r 10 --reference 'sleep 0.001' --reference-name old -o pair.json 'sleep 0.1'
ok "the comparison names its sides" python3 -c 'import json
d = json.load(open("pair.json"))
assert d["schema"] == "perfopt.comparison" and d["base"]["label"] == "old" and d["benchmarks"][0]["verdict"] == "slower", d
assert len(d["benchmarks"][0]["pairs"]["base_wall_ns"]) == 10'

# What runs, and in which order.
gives 0 $'echo 0.3 a\necho 0.5 a\necho 0.7 a\necho 0.3 b\necho 0.5 b\necho 0.7 b' \
  "${command[@]}" --dry-run -P x 0.3 0.7 -D 0.2 -L y a,b 'echo {x} {y}'
gives 0 "*" "${command[@]}" -N -q --style none -r 3 -w 1 -P n -1 1 -s 'touch set-{n}' -c 'rm set-{n}' -o sweep.json \
  -n 'n is {n}' 'test -e set-{n}'
ok "cleanup has removed what setup made" test -z "$(ls set-* 2>/dev/null)"
ok "--style none shows nothing" test ! -s "$work/.out"
ok "the sweep is stored run by run" python3 -c 'import json
d = json.load(open("sweep.json"))
assert d["schema"] == "perfopt.commands"
assert [c["name"] for c in d["commands"]] == ["n is -1", "n is 0", "n is 1"]
assert all(len(c["runs"]["wall_ns"]) == 3 and c["runs"]["exit_codes"] == [0, 0, 0] for c in d["commands"])'
printf 'x\n' >in.txt
gives 0 "*" "${command[@]}" -q -r 2 --input in.txt --command-output out.txt cat
ok "input and output are files" cmp in.txt out.txt
gives 0 "*shown*" "${command[@]}" -r 1 --show-output 'echo shown'
gives 0 "*yes: *" "${command[@]}" -N -r 2 --command-output pipe -n yes 'head -c 1000000 /dev/zero'

# Exports.
exports=(--export-json e.json --export-csv e.csv --export-markdown e.md --export-asciidoc e.adoc --export-orgmode e.org
  --export-benchstat e.txt)
gives 0 "*" "${command[@]}" -N -r 3 -L v 1,2 "${exports[@]}" 'echo {v}'
ok "benchstat's form" test "$(grep -cE '^BenchmarkCommand/echo_[12] 1 [0-9]+ ns/op ' e.txt)" -eq 6
ok "the header of CSV" test "$(head -n 1 e.csv)" = "command,mean,stddev,median,user,system,min,max,parameter_v"
if command -v hyperfine >/dev/null; then
  hyperfine -N -r 3 -L v 1,2 --style none --export-json h.json --export-csv h.csv --export-markdown h.md \
    --export-asciidoc h.adoc --export-orgmode h.org 'echo {v}' >/dev/null 2>&1
  ok "JSON has hyperfine's fields and types" python3 -c 'import json
ours, theirs = (json.load(open(f))["results"] for f in ("e.json", "h.json"))
assert len(ours) == len(theirs)
for a, b in zip(ours, theirs):
    assert set(b) <= set(a), set(b) - set(a)
    assert all(type(a[k]) is type(b[k]) for k in b), a
    assert a["command"] == b["command"] and a["parameters"] == b["parameters"] and len(a["times"]) == len(b["times"])'
  ok "the same CSV columns" test "$(head -n 1 e.csv)" = "$(head -n 1 h.csv)"
  plain() { sed -E 's/[0-9]+\.[0-9]+/N/g; s/ ± N//g; s/\[(µ|m)?s\]/[U]/g' "$1"; }
  ok "the same Markdown" test "$(plain e.md)" = "$(plain h.md)"
  ok "the same org-mode" test "$(plain e.org)" = "$(plain h.org)"
  ok "the same AsciiDoc" test "$(plain e.adoc)" = "$(plain h.adoc)"
else
  skip "hyperfine is not installed: exports are not compared with its own"
fi

# Schemas.
if python3 -c 'import jsonschema' 2>/dev/null; then
  mkdir documents && mv sweep.json pair.json documents
  ok "the documents are what their schemas say" python3 "$source/tests/schemas.py" documents
else
  skip "python3-jsonschema is not installed"
fi

# Interrupted: what was finished is shown and written, nothing goes on running.
perfbench command -N -r 100000 -o cut.json --cleanup 'touch cleaned' 'sleep 0.123456' >out 2>err &
pid=$!
sleep 1.5
kill -INT $pid
wait $pid
code=$?
ok "interrupted: exit code 130, not $code" test $code -eq 130
ok "... the finished runs are written" python3 -c 'import json
d = json.load(open("cut.json"))
assert d["complete"] is False and len(d["commands"][0]["runs"]["wall_ns"]) > 2'
ok "... and shown" grep -q "interrupted" out
ok "... cleanup is done" test -e cleaned
ok "... and no command is left" test -z "$(pgrep -f 'sleep 0.123456')"

finish
