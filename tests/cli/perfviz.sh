#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfviz: inputs that cannot be shown, places that cannot be written, and what a page and a text must hold.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# A document x.json of these lines.
document() {
  printf '%s\n' "$@" >x.json
}

head='{"schema": "perfopt.suite", "schema_version": 1,'

refuses 2 "perfviz: read none.json (check the name): No such file or directory" perfviz --benchmark none.json
mkdir folder
refuses 2 "perfviz: read folder *: Is a directory" perfviz --benchmark folder --report
: >x.json
refuses 2 "perfviz: x.json: no results of a tool that is known*; the file is empty" perfviz --benchmark x.json
document '{' ' "schema": "perfopt.suite",' ' "cases": [}'
refuses 2 "perfviz: x.json:3: broken JSON: '}' is not expected there*" perfviz --benchmark x.json --report
document "$head" '"cases": ['
refuses 2 "perfviz: x.json:3: broken JSON: it ends too soon; is the file cut off?*" perfviz --benchmark x.json
head -c 4096 /bin/sh >x.json
refuses 2 "perfviz: x.json: no results of a tool that is known*; it is a program (ELF)" perfviz --benchmark x.json
printf '%s\n"a\0": 1, "cases": []}' "$head" >x.json
refuses 2 "perfviz: x.json:2: broken JSON: a zero byte; is this a text file?" perfviz --benchmark x.json
document "$head" '"elapsed_s": NaN, "cases": []}'
refuses 2 "perfviz: x.json:2: broken JSON: 'NaN' is no number of JSON; null stands for what is not known; *" \
  perfviz --benchmark x.json
printf '%s\n"started": "\xff", "cases": []}' "$head" >x.json
refuses 2 "perfviz: x.json:2: broken JSON: a byte that is not UTF-8; *" perfviz --benchmark x.json
document "$head" '"elapsed_s": 1,' '"elapsed_s": 2, "cases": []}'
refuses 2 "perfviz: x.json:3: field 'elapsed_s' is given twice in one object; remove one" perfviz --benchmark x.json
document "$head" '"settings":' '{"seed": -3}, "cases": []}'
refuses 2 "perfviz: x.json:3: suite.settings.seed: expected a whole number*, found -3" perfviz --benchmark x.json
document "$head" '"cases": [], "x": '"$(printf '[%.0s' $(seq 20000))$(printf ']%.0s' $(seq 20000))}"
gives 0 "*" perfviz --benchmark x.json
for device in /dev/zero /dev/urandom; do
  refuses 2 "perfviz: read $device: it is a device that never ends; name a file" perfviz --benchmark $device
done
printf 'main;f 1\n' | gzip -c >x.gz
refuses 2 "perfviz: x.gz: no results of a tool that is known*; it is compressed with gzip; unpack it with gzip -d" \
  perfviz --benchmark x.gz
printf '<!DOCTYPE html>\n' >x.html
refuses 2 "perfviz: x.html: no results of a tool that is known*; it is a web page (HTML)*" perfviz --benchmark x.html
refuses 2 "perfviz: x.html: no profile of a tool that is known*; it is a web page (HTML)*" perfviz --profiler x.html
document '{"context": {}, "benchmarks": []}'
refuses 2 "perfviz: x.json: the file of google-benchmark has no results" perfviz --benchmark x.json
document '["perfopt.suite"]'
refuses 2 "perfviz: x.json: no results of a tool that is known*; it is JSON of something else" perfviz --benchmark x.json
document "$head" '"elapsed_s": 1e999, "cases": []}'
refuses 2 "perfviz: x.json: a number in it is too large*" perfviz --benchmark x.json
document "$head" '"cases": [{"category": "io", "problem": "lines", "size": "4K", "variants": []}]}'
refuses 2 "perfviz: x.json:2: suite.cases\[0\].size: expected a whole number*, found string \"4K\"" perfviz --benchmark x.json
document "$head" '"cases": [{"category": "io", "problem": "lines", "size": 4, "variants": [{}]}]}'
refuses 2 "perfviz: x.json:2: suite.cases\[0\].variants\[0\]: field 'name' is missing" perfviz --benchmark x.json
document '{"schema": "perfopt.suite", "schema_version": 2, "cases": []}'
refuses 2 "perfviz: x.json: schema_version 2 is newer than this build reads (1); update perfopt" perfviz --benchmark x.json
document '{"schema": "perfopt.suite", "cases": []}'
refuses 2 "perfviz: x.json: field 'schema_version' is missing or no whole number" perfviz --benchmark x.json
yes '[' | head -n 200000 | tr -d '\n' >x.json
refuses 2 "perfviz: x.json:1: broken JSON: it ends too soon; is the file cut off?" perfviz --benchmark x.json

refuses 2 "perfviz: unknown flag '--benchmrk'; did you mean '--benchmark'?*" perfviz --benchmrk x.json
refuses 2 "perfviz: unexpected argument 'x.json'*" perfviz x.json
refuses 2 "perfviz: --benchmark needs a value: FILE*" perfviz --benchmark
document "$head" '"cases": []}'
refuses 2 "perfviz: --format: 'htm' is none of*did you mean 'html'?" perfviz --benchmark x.json --format htm
refuses 2 "perfviz: --color: 'nevr' is none of*did you mean 'never'?" perfviz --benchmark x.json --color nevr
refuses 2 "perfviz: --report a.html and --output b.html name two files; give one" \
  perfviz --benchmark x.json --report a.html --output b.html

# The form: what --format says, else what the ending says; the two must not contradict one another.
refuses 2 "perfviz: --report is a page; leave out --format csv, or leave out --report*" \
  perfviz --benchmark x.json --report y.html --format csv
refuses 2 "perfviz: --report is a page; leave out --format md,*" perfviz --benchmark x.json --report --format md
refuses 2 "perfviz: --report is a page, and y.csv is named as something else; name it y.html, or leave out --report" \
  perfviz --benchmark x.json --report y.csv
refuses 2 "perfviz: --format csv and --output y.html name two forms; leave out --format, or name the file y.csv" \
  perfviz --benchmark x.json --format csv --output y.html
refuses 2 "perfviz: --output y.svg: a picture is drawn of one chart; name it with --chart" \
  perfviz --benchmark x.json --output y.svg
refuses 2 "perfviz: --format png: a picture*" perfviz --benchmark x.json --format png
refuses 2 "perfviz: --output y.pdf: its ending names no form; add --format*" perfviz --benchmark x.json --output y.pdf
refuses 2 "perfviz: --top cuts the list of functions*" perfviz --benchmark x.json --top 3
refuses 2 "perfviz: --top cuts the list of functions*" perfviz --profiler x.json --top 3 --report
ok "nothing was written" test -z "$(find . -name 'y.*')"

find_nobody "$programs/perfviz"
if [[ ${#as_nobody[@]} -gt 0 ]]; then
  chmod 000 x.json
  chmod 555 folder
  refuses 2 "perfviz: read x.json (ask for permission to read it): Permission denied" \
    "${as_nobody[@]}" "$programs/perfviz" --benchmark x.json
  chmod 644 x.json
  refuses 2 "perfviz: write folder/x.html *: Permission denied" \
    "${as_nobody[@]}" "$programs/perfviz" --benchmark x.json --report folder/x.html
  chmod 755 folder
else
  skip "no permission: root reads and writes everything here, and another user cannot be taken"
fi

# A profile is read through gzip.
printf '%s' '{"schema": "perfopt.profile", "schema_version": 1, "command": "packed words", "primary": "cpu",
"measures": [{"name": "cpu", "unit": "ns"}], "threads": [], "strings": [], "frames": {"function": []},
"stacks": {"frame": []}, "samples": {"stack": [], "values": [[]]}}' | gzip -c >p.json.gz
gives 0 "*packed words*" perfviz --profiler p.json.gz

# A document of a real run.
perfbench --memory --filter memory/transpose --sizes 64,100 --repetitions 6 --quiet --output r.json >/dev/null 2>err
ok "there are results to show" test $? -eq 0 -a -s r.json

refuses 2 "perfviz: write missing/r.html *: No such file or directory" perfviz --benchmark r.json --report missing/r.html
refuses 2 "perfviz: write folder: it is a directory; name a file in it" perfviz --benchmark r.json --report --output folder
refuses 2 "perfviz: write /dev/full *: No space left on device" perfviz --benchmark r.json --report /dev/full
refuses 2 "perfviz: write standard output *: No space left on device" bash -c 'exec "$@" >/dev/full' - perfviz --benchmark r.json
refuses 2 "perfviz: --output r.json is the input itself; name another file" perfviz --benchmark r.json --output r.json
ln -s r.json link.html
refuses 2 "perfviz: --output link.html is the input itself*" perfviz --benchmark r.json --report link.html
ok "... and it is as it was" grep -q '"schema": "perfopt.suite"' r.json
perfviz --benchmark r.json --format json --output - 2>err | head -n 1 >out
ok "a closed pipe is no error" test "${PIPESTATUS[0]}" -eq 0 -a ! -s err
perfviz --benchmark r.json --report --output /dev/stdout 2>err | head -n 1 >out
ok "... nor one that is named" test "${PIPESTATUS[0]}" -eq 0 -a ! -s err -a "$(<out)" = "<!DOCTYPE html>"
(
  ulimit -f 20
  refuses 2 "perfviz: write big.html*: File too large" perfviz --benchmark r.json --report big.html
  exit $failed
)
ok "a file that does not fit is told, and not left" test $? -eq 0 -a -z "$(find . -name '*big.html*' -o -name '.perfopt-*')"
gives 0 "" perfviz --benchmark r.json --report --dry-run
ok "--dry-run writes nothing" test ! -e r.html

# The page: one file that fetches and runs nothing.
gives 0 "" perfviz --benchmark r.json --report
ok "it says what it wrote" grep -q "^perfviz: wrote r.html (html, " .err
ok "the page is whole" test "$(head -c 15 r.html)" = "<!DOCTYPE html>" -a "$(tail -n 1 r.html)" = "</html>"
ok "... says what was measured" grep -q "memory/transpose" r.html
# Its own script, which the policy names, is tested in a browser (tests/web); all the rest is looked at here.
sed '/<script>/,$d' r.html >markup.html
ok "... has one island of data and one script" test "$(grep -c '<script' r.html)" -eq 2
ok "... runs nothing else" test "$(sed '/<script type="application/d' markup.html | grep -ciE '<script|javascript:|[[:space:]]on[a-z]+=')" -eq 0
ok "... fetches nothing" test "$(grep -ciE '[[:space:]](src|href|action|data)="?[^#">]|url\(|@import|<(link|iframe|img|object)' markup.html)" -eq 0
ok "... leaves no other file" test "$(find . -name '.r.html*' -o -name '*.partial' | wc -l)" -eq 0
gives 0 "<!DOCTYPE html>*memory/transpose*</html>" perfviz --benchmark r.json --report --output -
gives 0 "<!DOCTYPE html>*" bash -c 'perfviz --benchmark - --report <r.json'

# The texts.
gives 0 "*What pays off on this machine*memory/transpose*2 cases measured (4 results)*" perfviz --benchmark r.json --output -
gives 0 "*| memory/transpose | 64 rows |*" perfviz --benchmark r.json --format markdown --output -
gives 0 "category,problem,*memory,transpose,*blocked,*" perfviz --benchmark r.json --format csv --output -
gives 0 '{*"schema": "perfopt.suite",*' perfviz --benchmark r.json --format json
ok "a document that is read is written as it was" cmp -s .out r.json
for form in html:'<!DOCTYPE html>*' csv:'category,problem,*' md:'## What pays off*' json:'{*perfopt.suite*' txt:'*What pays off*'; do
  gives 0 "" perfviz --benchmark r.json --output "form.${form%%:*}" --quiet
  ok "--output form.${form%%:*} is of that form" matches "$(<"form.${form%%:*}")" "${form#*:}"
done
gives 0 "" perfviz --benchmark r.json --format csv --output table.txt --quiet
ok "any text can be a .txt" grep -q "^category,problem," table.txt
gives 0 "" perfviz --benchmark r.json --format csv --output r.csv --quiet
ok "--quiet is quiet" test ! -s .err -a -s r.csv

# Names are text, wherever they stand.
hostile='<script>alert(1)</script><img src=x onerror=alert(2)>\\" onload=\\"alert(3)'  # twice escaped: for sed, for JSON
sed "s|\"name\": \"blocked\"|\"name\": \"$hostile\"|; s|\"title\": \"|&$hostile|; s|\"unit\": \"rows\"|\"unit\": \"$hostile\"|
     s|\"host\": \"|&$hostile|; s|\"cpu_model\": \"|&$hostile|; s|\"problem\": \"|&$hostile|" r.json >hostile.json
gives 0 "*&lt;script&gt;*" perfviz --benchmark hostile.json --report --output -
ok "a hostile name is never markup" test "$(sed '/<script>/,$d; /<script type="application/d' .out | grep -cE '<script|<img|"[[:space:]]*onload="')" -eq 0
gives 0 "*" perfviz --benchmark hostile.json --format markdown
ok "... nor in Markdown" test "$(grep -cE '<script|<img' .out)" -eq 0
document "$head" '"cases": [{"category": "io", "problem": "\u001b[2Jx\u202e", "size": 4, "variants": []}]}'
gives 0 "*" perfviz --benchmark x.json --verbose
ok "... nor an escape on a terminal" test "$(grep -c $'\x1b' .out)" -eq 0

# An interrupted run is shown as one.
sed 's/^ "complete": true/ "complete": false/; s/^ "missing": \[\]/ "missing": ["cpu\/sort at 1000"]/' r.json >part.json
gives 0 "*Incomplete: 1 case is missing: cpu/sort at 1000.*INCOMPLETE*" perfviz --benchmark part.json
gives 0 '*role="note">Incomplete: 1 case is missing: cpu/sort at 1000.*' perfviz --benchmark part.json --report --output -
gives 0 "*> Incomplete: 1 case is missing*" perfviz --benchmark part.json --format markdown

perfviz >out 2>err
ok "no flags at all: a short help, exit code 2" test $? -eq 2 -a ! -s out
ok "... on standard error" grep -q -- "perfviz --benchmark results.json --report" err

finish
