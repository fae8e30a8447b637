#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfviz --chart: every chart in every form, what the forms promise, and requests that cannot be met.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

perfbench --memory --filter 'memory/(transpose|allocation)' --sizes 64,100 --repetitions 6 --quiet --output r.json \
  >/dev/null 2>err
ok "there are results to draw" test $? -eq 0 -a -s r.json
cat >p.json <<'END'
{"schema": "perfopt.profile", "schema_version": 1, "command": "words", "mode": "cpu", "elapsed_s": 1, "primary": "cpu",
 "measures": [{"name": "cpu", "unit": "ns"}],
 "threads": [{"pid": 1, "tid": 1, "name": "words", "start_ns": 0}], "objects": [""], "strings": ["", "main", "parse"],
 "frames": {"function": [1, 2], "file": [0, 0], "line": [0, 0], "first_line": [0, 0], "module": [0, 0],
  "address": [0, 0], "language": [1, 1], "inlined": [0, 0]},
 "stacks": {"parent": [-1, 0], "frame": [0, 1]},
 "samples": {"stack": [0, 1], "thread": [0, 0], "time_ns": [400000000, 900000000], "activity": [0, 0],
  "object": [0, 0], "values": [[250000000, 500000000]]}}
END
run() {  # ID SECOND MEDIAN
  printf '{"schema": "perfopt.history", "schema_version": 1, "runs": [{"id": "%032d", "started": "2026-11-21T00:00:%02dZ", "commit": "c%d", "environment": "e", "machine": "m", "results": [{"name": "sort", "unit": "ns", "median": %d, "low": %d, "high": %d, "count": 5}]}]}\n' "$1" "$1" "$1" "$2" "$2" "$2"
}
for i in 1 2 3 4 5 6; do run $i 100; done >h.jsonl
for i in 7 8 9 10 11 12; do run $i 130; done >>h.jsonl

png=yes
perfviz --benchmark r.json --chart speedup --output x.png 2>err || png=
if [[ -z $png ]]; then
  ok "a build without PNG says so" grep -q "draws no PNG: it was made without librsvg" err
  skip "PNG: this build has no librsvg"
fi
widest() { LC_ALL=C.UTF-8 wc -L <"$1"; }

for chart in speedup scaling throughput distribution scatter heatmap forest flame timeline history; do
  case $chart in
    flame | timeline) input=(--profiler p.json) ;;
    history) input=(--history h.jsonl) ;;
    *) input=(--benchmark r.json) ;;
  esac
  for format in svg html md csv json term ${png:+png}; do
    case $format in
      svg | png | term) width=(--width 320) ;;
      *) width=() ;;
    esac
    gives 0 "" perfviz "${input[@]}" --chart $chart "${width[@]}" --output "$chart.$format" --quiet
    ok "$chart.$format is there" test -s "$chart.$format"
    perfviz "${input[@]}" --chart $chart --format "$format" "${width[@]}" --output again --quiet
    ok "$chart.$format: the same input gives the same bytes" cmp -s "$chart.$format" again
  done
  if command -v xmllint >/dev/null; then
    ok "$chart.svg is well-formed" xmllint --noout "$chart.svg"
  fi
  ok "$chart.svg has the width" grep -q '^<svg xmlns="http://www.w3.org/2000/svg" width="320" ' "$chart.svg"
  ok "$chart.html is whole" test "$(tail -n 1 "$chart.html")" = "</html>"
  ok "$chart.md has a table" grep -q '^| --- |' "$chart.md"
  for width in 40 80 132; do
    perfviz "${input[@]}" --chart $chart --format term --width $width >out
    ok "$chart on a terminal fits $width" test "$(widest out)" -le $width
    ok "$chart on a terminal draws" test "$(wc -l <out)" -gt 3
  done
  [[ -n $png ]] || continue
  ok "$chart.png is one" test "$(head -c 8 "$chart.png" | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a
  ok "$chart.png has the width" test "$(od -An -tu4 --endian=big -j 16 -N 4 "$chart.png" | tr -d ' ')" = 320
done

# Options.
gives 0 "My title*" perfviz --benchmark r.json --chart speedup --title "My title"
gives 0 "*memory/transpose*" perfviz --benchmark r.json --chart heatmap --filter transpose
ok "--filter leaves the others out" test "$(grep -c memory/allocation .out)" -eq 0
perfviz --benchmark r.json --chart throughput --format svg >light.svg
perfviz --benchmark r.json --chart throughput --format svg --theme dark >dark.svg
perfviz --benchmark r.json --chart throughput --format svg --log >log.svg
ok "--theme has another background" grep -q '<rect fill="#0D1117" width="100%"' dark.svg
ok "--log is another axis" test "$(cmp -s light.svg log.svg && echo same)" != same
gives 0 "*,*" bash -c 'perfviz --benchmark - --chart forest --format csv <r.json'
gives 0 "" perfviz --benchmark r.json --chart forest --output dry.svg --dry-run
ok "--dry-run writes nothing" test ! -e dry.svg
COLUMNS=60 perfviz --benchmark r.json --chart speedup >out
ok "a terminal's width is kept" test "$(widest out)" -le 60
ok "no colour goes to a pipe" test "$(grep -c $'\x1b' out)" -eq 0
perfviz --benchmark r.json --chart speedup --color always >out
ok "... unless it is asked for" test "$(grep -c $'\x1b' out)" -gt 0

perfviz --benchmark r.json --chart speedup | LC_ALL=C grep -c '[^ -~]' >utf8
LC_ALL=C perfviz --benchmark r.json --chart speedup | LC_ALL=C grep -c '[^ -~]' >ascii
ok "text is ASCII where the locale is, and not elsewhere" test "$(<ascii)" -eq 0 -a "$(<utf8)" -gt 0

# Every figure of the table is the document's.
perfviz --benchmark r.json --chart speedup --format csv | tail -n +2 | cut -d , -f 5-7 | tr , '\n' >shown
grep -oE '"(estimate|low|high)": [0-9.e+-]+' r.json | awk '{ print $2 }' >stored
# As numbers: the same one can be spelled in two ways.
as_numbers='import sys; shown, stored = ({float(n) for n in open(f).read().split()} for f in sys.argv[1:])
sys.exit(not shown or not shown <= stored)'
ok "speed-ups are told unrounded" /usr/bin/python3 -c "$as_numbers" shown stored

# What cannot be drawn.
refuses 2 "perfviz: --chart: *nonsense*" perfviz --benchmark r.json --chart nonsense
refuses 2 "perfviz: --chart speedup is drawn of --benchmark FILE; give one" perfviz --chart speedup
refuses 2 "perfviz: --chart flame is drawn of --profiler FILE or --compare BASE NEW; give one" \
  perfviz --benchmark r.json --chart flame
refuses 2 "perfviz: --chart history is drawn of --history FILE; give one" perfviz --benchmark r.json --chart history
refuses 2 "perfviz: --format: *gif*" perfviz --benchmark r.json --chart speedup --format gif
refuses 2 "perfviz: --output x.gif: its ending names no form; *" perfviz --benchmark r.json --chart speedup --output x.gif
refuses 2 "perfviz: --filter: nothing is called like 'zzz'; names are like 'memory/*" \
  perfviz --benchmark r.json --chart speedup --filter zzz
refuses 2 "perfviz: --width 5: expected 200 to 16000" perfviz --benchmark r.json --chart speedup --width 5 --format svg
refuses 2 "perfviz: --output r.json is the input itself; name another file" \
  perfviz --benchmark r.json --chart speedup --output r.json
refuses 2 "perfviz: h.jsonl:13: *" bash -c 'echo "{}" >>h.jsonl; perfviz --chart history --history h.jsonl'
refuses 2 "perfviz: r.json: it is a document 'perfopt.suite'; give it to --benchmark" perfviz --profiler r.json --chart flame

# What a chart has no use for.
refuses 2 "perfviz: --chart speedup is drawn of one --benchmark FILE; leave out the other --benchmark" \
  perfviz --benchmark r.json --benchmark r.json --chart speedup
refuses 2 "perfviz: --chart flame is drawn of one --profiler FILE or --compare BASE NEW; leave out the other --profiler" \
  perfviz --profiler p.json --profiler p.json --chart flame
refuses 2 "perfviz: --chart flame is drawn of one --profiler FILE or --compare BASE NEW; leave out --benchmark" \
  perfviz --profiler p.json --benchmark r.json --chart flame
refuses 2 "perfviz: *; leave out --compare" perfviz --benchmark r.json --chart speedup --compare r.json r.json
refuses 2 "perfviz: --chart is one chart and --summary a page; leave out --summary, or --chart" perfviz --benchmark r.json --chart speedup --summary
refuses 2 "perfviz: --chart is one chart and --report a page of everything; leave out --report *, or leave out --chart" \
  perfviz --benchmark r.json --chart speedup --report x.html
refuses 2 "perfviz: --by *; leave it out" perfviz --profiler p.json --chart flame --by module
refuses 2 "perfviz: --top *; leave it out" perfviz --profiler p.json --chart flame --top 3
refuses 2 "perfviz: --filter *, which --chart timeline does not have; leave it out" \
  perfviz --profiler p.json --chart timeline --filter main
refuses 2 "perfviz: --log needs an axis of values*" perfviz --benchmark r.json --chart heatmap --log
refuses 2 "perfviz: --width is of pictures*, not of markdown; leave it out" \
  perfviz --benchmark r.json --chart speedup --format md --width 300
refuses 2 "perfviz: --theme is of svg and png, not of html; leave it out" \
  perfviz --benchmark r.json --chart speedup --output x.html --theme dark
refuses 2 "perfviz: --title has no place in csv; leave it out" \
  perfviz --benchmark r.json --chart speedup --format csv --title T
refuses 2 "perfviz: --format svg and --output x.png name two forms; *" \
  perfviz --benchmark r.json --chart speedup --format svg --output x.png

# Nothing to draw, and what has other things to tell.
printf '{"schema": "perfopt.suite", "schema_version": 1, "cases": []}' >none.json
refuses 2 "perfviz: none.json: nothing to draw in --chart scatter, which needs measured times, and memory that differs*" \
  perfviz --benchmark none.json --chart scatter
refuses 2 "perfviz: none.json: nothing to draw in --chart heatmap*" \
  perfviz --benchmark none.json --chart heatmap --output x.svg
printf '{"results": [{"command": "sleep 1", "times": [1.0, 1.1]}]}' >hf.json
refuses 2 "perfviz: hf.json: results of hyperfine have neither strategies nor sizes*--compare BASE NEW --chart forest" \
  perfviz --benchmark hf.json --chart speedup

# A comparison is told by its schema, wherever it stands in the text.
perfbench compare r.json r.json --format json --output c.json --fail-on never --quiet >/dev/null 2>err
gives 0 "*memory/*" perfviz --benchmark c.json --chart forest --format csv
sed '2d' c.json | sed '$d' >late.json
printf ', "schema": "perfopt.comparison"}\n' >>late.json
gives 0 "*memory/*" perfviz --benchmark late.json --chart forest --format csv
gives 0 "*memory/*" perfviz --compare c.json --chart forest --format csv
gives 0 "*memory/*" perfviz --compare r.json r.json --chart forest --format csv
gives 0 "*sleep 1*" perfviz --compare hf.json hf.json --chart forest --format csv
refuses 2 "perfviz: --chart forest is drawn of one --benchmark FILE or --compare BASE NEW; leave out --benchmark" \
  perfviz --benchmark r.json --compare r.json r.json --chart forest
refuses 2 "perfviz: --chart forest: p.json and p.json are profiles; it compares results" \
  perfviz --compare p.json p.json --chart forest

refuses 2 "perfviz: --chart timeline is drawn of --profiler FILE; give one" \
  perfviz --compare p.json p.json --chart timeline
refuses 2 "perfviz: --chart flame: r.json and r.json hold results; of two it compares profiles" \
  perfviz --compare r.json r.json --chart flame

# The differential flame graph: parse had 500 of 750 ms, and has 500 of 2,500.
sed 's/250000000, 500000000/2000000000, 500000000/' p.json >later.json
compared=(perfviz --compare p.json later.json --chart flame)
gives 0 "function,*parse,500000000,500000000,0.6666666666666666,0.2,-0.4666666666666666*" "${compared[@]}" --format csv
gives 0 "What changed*-46.67 parse*" "${compared[@]}"
for form in svg html md json ${png:+png}; do
  gives 0 "" "${compared[@]}" --output "change.$form" --quiet
  ok "change.$form is there" test -s "change.$form"
done
ok "the sign stands beside the colour" grep -q '<title>-46.67 [^<]*parse</title>' change.svg
sed '/"samples"/,$d' p.json >empty.json
printf ' "samples": {"stack": [], "thread": [], "time_ns": [], "activity": [], "object": [], "values": [[]]}}\n' >>empty.json
refuses 2 "perfviz: a profile has nothing of the measure 'cpu'; *" \
  perfviz --compare p.json empty.json --chart flame

# An object of very many keys takes no time.
{
  printf '{"schema": "perfopt.suite", "schema_version": 1, "notes": {"a": 1'
  seq -f ', "k%.0f": 1' 60000
  echo '}}'
} >k.json
refuses 2 "perfviz: k.json:*: an object has more than 4096 keys; expected *" perfviz --benchmark k.json

finish
