#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfviz: several documents in one page, two that are compared, runs over time, and a page for those who decide.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# A Suite of one problem: suite FILE TIMES-OF-THE-STRATEGY, with 12 rounds of 100 us for the baseline.
suite() {
  local base=100000 rounds="" strategy=""
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
    rounds+="${rounds:+,}$base"
    strategy+="${strategy:+,}$2"
  done
  cat >"$1" <<END
{"schema": "perfopt.suite", "schema_version": 1, "started": "2026-11-21T10:00:00Z",
 "environment": {"host": "h", "cpu_model": "c", "compiler": "${3:-g++ 12}"},
 "cases": [{"category": "cpu", "problem": "sort", "title": "Sort <numbers>", "unit": "keys", "size": 1000,
   "best": {"variant": "fast"},
   "variants": [
     {"name": "plain", "level": "baseline", "status": "ok", "rounds": {"wall_ns": [$rounds]},
      "summary": {"wall_ns": $base, "verdict": "baseline"}},
     {"name": "fast", "level": "conservative", "does": "another way", "costs": "memory", "status": "ok",
      "rounds": {"wall_ns": [$strategy]},
      "summary": {"wall_ns": $2, "verdict": "wins", "speedup": {"estimate": 4, "low": 3.9, "high": 4.1}}}]}]}
END
}

# An export of 40 runs; the last 10 take half as long again.
history() {
  local i median
  for i in $(seq 10 49); do
    median=$((1000 + i % 3))
    [[ $i -lt 40 ]] || median=$((1500 + i % 3))
    printf '{"schema": "perfopt.history", "schema_version": 1, "runs": [{"id": "%032d", "started": "2026-01-01T10:%s:00Z", ' "$i" "$i"
    printf '"commit": "c%s0000", "version": "1.0", "environment": "e", "machine": "m", "results": [' "$i"
    printf '{"name": "parse", "unit": "ns", "median": %s, "low": %s, "high": %s, "count": 9}]}]}\n' "$median" "$median" "$median"
  done
}

suite a.json 25000
suite b.json 250000 "clang++ 19"
printf 'main;parse 70\nmain;sort 30\n' >p.txt
history >h.jsonl

# Several documents.
gives 0 "" perfviz --benchmark a.json --benchmark b.json --profiler p.txt --history h.jsonl --report all.html
ok "each document is an article" test "$(grep -c '<article ' all.html)" -eq 4
ok "... in the chooser" test "$(grep -o '<a href="#d[1-4]-document">' all.html | sort -u | wc -l)" -eq 4
mkdir -p deep/er
cp a.json deep/er/
gives 0 "*" perfviz --benchmark a.json --benchmark deep/er/a.json --benchmark a.json --report --output -
ok "equal titles are told apart by their files" grep -q '<small><bdi>a.json</bdi></small></a>.*<small><bdi>deep/er/a.json</bdi></small></a>.*<small><bdi>a.json</bdi></small> (2)</a>' .out
ok "no id is there twice" test -z "$(sed '/<script>/,$d' all.html | grep -oE ' id="[^"]*"' | sort | uniq -d)"
cp all.html first.html
gives 0 "" perfviz --benchmark a.json --benchmark b.json --profiler p.txt --history h.jsonl --report all.html
ok "the same input gives the same bytes" cmp -s first.html all.html
gives 0 "*What pays off*What pays off*" perfviz --benchmark a.json --benchmark b.json
refuses 2 "perfviz: --title, --width, --theme, --filter and --log belong to --chart; give that too" perfviz --benchmark a.json --filter x
refuses 2 "perfviz: --format json holds one document, and 2 are named*" perfviz --benchmark a.json --benchmark b.json --format json
refuses 2 "perfviz: several inputs are '-'*" perfviz --benchmark - --profiler - </dev/null
refuses 2 "perfviz: h.jsonl: it is a document 'perfopt.history'; give it to --history" perfviz --benchmark h.jsonl
refuses 2 "perfviz: a.json: it is a document 'perfopt.suite'; give it to --benchmark" perfviz --profiler a.json
refuses 2 "perfviz: a.json: it is a document 'perfopt.suite'; give it to --benchmark" perfviz --history a.json

# A profile belongs to a strategy by its command alone.
printf '{"schema": "perfopt.profile", "schema_version": 1, "command": "perfbench --filter cpu/sort/fast", "primary": "cpu",
"measures": [{"name": "cpu", "unit": "ns"}], "threads": [], "strings": [], "frames": {"function": []},
"stacks": {"frame": []}, "samples": {"stack": [], "values": [[]]}}' >linked.json
gives 0 "*<bdi>fast</bdi> <a href=\"#d2-document\">profile*" perfviz --benchmark a.json --profiler linked.json --report --output -
ok "... and no other strategy does" test "$(grep -o '<bdi>plain</bdi> <a href="#d' .out | wc -l)" -eq 0
gives 0 "*" perfviz --benchmark a.json --profiler p.txt --report --output -
ok "... nor a profile of something else" test "$(grep -o '<a href="#d2-document">profile' .out | wc -l)" -eq 0

# Two sets of results.
perfbench compare a.json b.json --format json --output c.json --fail-on never --quiet >out 2>err
ok "perfbench compares them" test $? -eq 0 -a -s c.json
gives 0 "*1 slower, 0 faster*" perfviz --compare a.json b.json
perfviz --compare a.json b.json --format csv >ours.csv 2>err
perfbench compare a.json b.json --format csv >theirs.csv 2>err
ok "perfviz judges as perfbench does" cmp -s ours.csv theirs.csv
gives 0 "*<h1*1 slower, 0 faster*cpu/sort/fast/1000*▲ slower*clang++ 19*" perfviz --compare a.json b.json --report --output -
gives 0 "*<h1*1 slower, 0 faster*" perfviz --compare c.json --report --output -
perfbench compare a.json b.json --format html --output page.html --fail-on never --quiet >out 2>err
ok "perfbench writes the same page" test "$(sed -n '/<h1/p' page.html)" = "$(sed -n '/<h1/p' .out)"
perfviz --compare a.json b.json --report --output - >ours.html 2>err
machines() { sed -n '/<section id="environment"/,/<\/section>/p' "$1"; }
ok "... with the same difference of the machines" test -n "$(machines page.html)" -a \
  "$(machines page.html)" = "$(machines ours.html)"
refuses 2 "perfviz: --compare needs two files*only a.json is named*" perfviz --compare a.json
refuses 2 "perfviz: --compare: a.json has results and p.txt is a profile; name two of a kind" perfviz --compare a.json p.txt
printf 'main;parse 70\nmain;sort 90\n' >q.txt
gives 0 "*sort*" perfviz --compare p.txt q.txt
gives 0 "*<h1*sort*" perfviz --compare p.txt q.txt --report --output -
refuses 2 "perfviz: --compare: a.json has results and q.txt is a profile; name two of a kind" \
  perfviz --compare q.txt a.json
printf 'no profile, and no results\n' >n.txt
refuses 2 "perfviz: n.txt: no results of a tool that is known*" perfviz --compare n.txt p.txt

# What a profile lists.
gives 0 "*sort*main*" perfviz --profiler p.txt --format csv --by function
for format in console markdown csv; do
  perfviz --profiler p.txt --format $format --by thread >thread.out
  perfviz --profiler p.txt --format $format >function.out
  ok "--by thread lists something else in $format" test -s thread.out
  ok "... than functions" test "$(cmp -s thread.out function.out && echo same)" != same
done
refuses 2 "perfviz: --by: 'functoin' is none of *did you mean 'function'?" perfviz --profiler p.txt --by functoin
refuses 2 "perfviz: --by chooses what the text*" perfviz --profiler p.txt --by module --report
refuses 2 "perfviz: --by chooses what the text*" perfviz --benchmark a.json --by module

refuses 2 "perfviz: h.jsonl: it is a document 'perfopt.history'; --compare takes two files of results, or two profiles" \
  perfviz --compare h.jsonl a.json

# Runs over time.
gives 0 "*<h1*1 benchmark changed for the worse lately</h1>*<code>c400000</code>*<code>c390000</code>*" \
  perfviz --history h.jsonl --report --output -
ok "the course of few runs is a picture" grep -q '<svg class="chart"' .out
head -1 h.jsonl >one.jsonl
gives 0 "*<h1*One run, and nothing to compare it with yet</h1>*history record*" perfviz --history one.jsonl --report --output -
gives 0 "*slower by *since c400000*" perfviz --history h.jsonl
sed '7s/"median"/"medium"/' h.jsonl >bad.jsonl
refuses 2 "perfviz: bad.jsonl:7: history.runs\[0\].results\[0\]: field 'median' is missing" perfviz --history bad.jsonl
: >empty
refuses 2 "perfviz: empty: *" perfviz --history empty

# For those who decide.
gives 0 "*<h1*1 of 1 task can run faster, typically 4.0 times as fast*Sort &lt;numbers&gt;*memory*small change*" \
  perfviz --benchmark a.json --summary --report --output -
gives 0 "*1 benchmark changed for the worse lately*" perfviz --benchmark a.json --history h.jsonl --summary --report --output -
refuses 2 "perfviz: --summary is a page; leave out --format csv" perfviz --benchmark a.json --summary --format csv

# Results of another tool.
printf '{"context": {}, "benchmarks": [{"name": "BM_<b>/8", "run_type": "iteration", "iterations": 10, "real_time": 12.5, "cpu_time": 12.0, "time_unit": "us"}]}' >gb.json
gives 0 "*results of google-benchmark*BM_&lt;b&gt;/8*12.0 us*" perfviz --benchmark gb.json --report --output -
refuses 2 "perfviz: gb.json: results of google-benchmark are shown as a page; add --report*" perfviz --benchmark gb.json

finish
