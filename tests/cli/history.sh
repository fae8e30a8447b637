#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfbench history: what is recorded stays, whatever comes between; what is no store or no export is refused in a line.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

if perfbench history list --store x.sqlite 2>&1 | grep -q "this build has no databases"; then
  refuses 3 "perfbench: history: this build has no databases*" perfbench history list --store x.sqlite
  finish
fi
unset GITHUB_HEAD_REF GITHUB_REF_NAME CI_COMMIT_REF_NAME

# results DAY NANOSECONDS [NAME]: what Google Benchmark would have written on that day of October.
results() {
  printf '{"context": {"date": "2026-10-%02dT10:00:00+00:00", "num_cpus": 2}, "benchmarks": [{"name": "%s",
    "run_name": "%s", "run_type": "iteration", "iterations": 10, "real_time": %s, "cpu_time": %s, "time_unit": "ns"}]}' \
    "$1" "${3:-sort}" "${3:-sort}" "$2" "$2"
}
history() {
  perfbench history "$@"
}

# Without --store: at the top of the checkout, and git does not see it.
mkdir -p checkout/deep
results 1 1000 >one.json
if command -v git >/dev/null; then
  cd checkout/deep || exit 1
  git init -q ..
  git -c user.name=n -c user.email=e commit -q --allow-empty -m first
  gives 0 "*$(git rev-parse --short=12 HEAD)*" history record ../../one.json
  ok "the store lies at the top of the checkout" test -s ../.perfopt/history.sqlite
  ok "... which git does not see" test -z "$(git status --porcelain)"
  echo x >../file && git add ../file
  gives 0 "*+changes*" history record ../../one.json --name v0
  gives 0 '*"dirty": true*' history list --format json
  cd ../.. || exit 1
else
  skip "git is not here"
fi

export PERFOPT_HISTORY=$work/h.sqlite
refuses 2 "perfbench: $work/h.sqlite: there is no history yet; *" history list
gives 0 "*" history record one.json --elsewhere --dry-run
ok "--dry-run makes no store" test ! -e h.sqlite
for day in {1..24}; do
  results "$day" $((day > 14 ? 1100 + day % 3 : 1000 + day % 4)) >"$day.json"
  gives 0 "*" history record "$day.json" --elsewhere --commit "c0ffee$day" --branch main --name "v$((day > 14))" --quiet
done
ok "24 runs are there" test "$(history list --format csv | wc -l)" -eq 25
history record 1.json --elsewhere --commit c0ffee1 --branch main --name v0 >/dev/null 2>err
ok "the same run again is told" grep -q "^perfbench: 1.json: it is there already" err
ok "... and is one run" test "$(history list --format csv | wc -l)" -eq 25

gives 0 "*slower by 9.* % (*since c0ffee15 (last before: c0ffee14)*" history show
gives 1 "*slower by*" history show --fail-on change --since 10
gives 0 "*slower by*" history show --fail-on change --since 9
gives 0 "*no change*" history show sort --last 10
gives 0 '*"first": 14*' history show --format json
gives 0 "benchmark,unit,environment,*" history show --format csv
gives 0 "### sort*" history show --format markdown
refuses 2 "perfbench: show: no benchmark matches 'nothing'" history show nothing
refuses 2 "perfbench: show: '(' is no regular expression*" history show '('
gives 1 "*slower*" history compare v0 v1 --fail-on slower
gives 0 '*"verdict": "slower"*' history compare v0 v1 --format json
gives 0 "*inconclusive*" history compare c0ffee3 v1
refuses 2 "perfbench: 'c0ffe' is the start of several commits*" history compare c0ffe v1
refuses 2 "perfbench: no run has 'v9' as its id, version*" history compare v0 v9
refuses 2 "perfbench: history: say what to do: *" history
refuses 2 "perfbench: --last: '0' is no whole number*" history list --last 0
refuses 2 "perfbench: --before: 'soon' is no date*" history prune --before soon
refuses 2 "perfbench: prune: give --keep N or --before DATE" history prune

gives 0 "*release*c0ffee2*" history baseline set release c0ffee2
gives 0 "*release*" history baseline list
gives 0 "*release*" history list
gives 0 "*inconclusive*" history compare release v1

# Out and in again, twice: one history.
gives 0 "" history export all.jsonl --quiet
ok "a line a run" test "$(wc -l <all.jsonl)" -eq 24
gives 0 "" history import all.jsonl --quiet --store copy.sqlite
gives 0 "" history import all.jsonl --quiet --store copy.sqlite
ok "import and export are inverse" cmp all.jsonl <(history export - --quiet --store copy.sqlite)
gives 0 "*release*" history baseline list --store copy.sqlite
if /usr/bin/python3 -c 'import jsonschema' 2>/dev/null; then
  mkdir documents
  head -n 1 all.jsonl >documents/run.json
  history show --format json >documents/show.json
  history list --format json >documents/list.json
  history baseline list --format json >documents/baselines.json
  ok "documents are what their schema says" /usr/bin/python3 "$source/tests/schemas.py" documents
else
  skip "python3-jsonschema is not here"
fi
head -c 300 all.jsonl >cut.jsonl
refuses 2 "perfbench: cut.jsonl*broken JSON*" history import cut.jsonl
refuses 2 "perfbench: one.json*'perfopt.history'*" history import one.json
: >empty
refuses 2 "perfbench: empty: it is empty*" history import empty
refuses 2 "perfbench: read missing*" history import missing
sed '3s/"median":[0-9.]*/"median":"x"/' all.jsonl >wrong.jsonl
refuses 2 "perfbench: wrong.jsonl:3: history.runs\[0\].results\[0\].median: expected a number*" history import wrong.jsonl --store w.sqlite
refuses 2 "perfbench: *missing/all.jsonl*" history export missing/all.jsonl

gives 0 "" history prune --keep 3 --quiet
ok "the baseline outlives pruning" test "$(history list --format csv | grep -c release)" -eq 1
ok "... beside the latest" test "$(history list --format csv | wc -l)" -eq 5
cp h.sqlite safe.sqlite

# Hostile names.
long=$(printf 'x%.0s' {1..10000})
for name in "'; DROP TABLE runs; --" 'two\nlines' "$long" '🐌 \" \\ <b>' '\u001b[2J'; do
  results 25 5 "$name" >hostile.json
  gives 0 "" history record hostile.json --elsewhere --name "$name" --output /dev/null --quiet
done
history show --verbose >out
ok "names cannot write to the terminal" test "$(grep -c $'\x1b' out)" -eq 0
gives 0 "*'; DROP TABLE runs; --*" history list --format csv

# What is no store; each stays as it was.
mkdir folder
echo "no database" >text.sqlite
refuses 2 "perfbench: folder: it cannot be opened*" history record one.json --store folder
refuses 2 "perfbench: text.sqlite: it is no SQLite database*" history record one.json --store text.sqlite
ok "a text is left as it was" test "$(<text.sqlite)" = "no database"
refuses 2 "perfbench: empty: there is no history in it yet*" history list --store empty
refuses 2 "perfbench: missing/h: it cannot be opened*" history record one.json --store missing/h
refuses 3 "perfbench: PostgreSQL: *" history list --store "postgresql://u:secret@/d?host=$work/nowhere"
ok "a password is not shown" test "$(grep -c secret .err)" -eq 0
head -c 5000 safe.sqlite >cut.sqlite
refuses 2 "perfbench: cut.sqlite: the database is damaged*" history list --store cut.sqlite
find_nobody "$programs/perfbench"
if [[ ${#as_nobody[@]} -gt 0 ]]; then
  cp safe.sqlite others.sqlite && chmod 444 others.sqlite
  chmod 644 one.json
  gives 0 "*c0ffee24*" "${as_nobody[@]}" "$programs/perfbench" history list --store others.sqlite
  refuses 2 "perfbench: others.sqlite: it cannot be written*" \
    "${as_nobody[@]}" "$programs/perfbench" history record one.json --store others.sqlite
else
  skip "a store of somebody else: root writes everywhere here"
fi

# Recorders at the same time, some of them killed: whole runs, and a store that goes on.
export PERFOPT_HISTORY=$work/busy.sqlite
pids=()
for recorder in 1 2 3; do
  (for day in {1..8}; do history record "$day.json" --elsewhere --name "r$recorder" --quiet >/dev/null || exit 1; done) &
  pids+=($!)
done
lost=0
for pid in "${pids[@]}"; do wait "$pid" || lost=1; done
ok "recorders at the same time: none fails" test $lost -eq 0
ok "... and none loses a run" test "$(history list --format csv | wc -l)" -eq 25
for i in {1..20}; do
  perfbench history record {9..24}.json --elsewhere --name "k$i" --quiet >/dev/null 2>&1 &
  pid=$!
  sleep "0.0$((i % 5 + 1))"
  kill -KILL $pid 2>/dev/null
  wait $pid 2>/dev/null
done
gives 0 "*" history record 24.json --elsewhere --name after --quiet
history export killed.jsonl --quiet
ok "killed recorders leave whole runs" test "$(grep -c '"results":\[{"name":"sort"' killed.jsonl)" -eq "$(wc -l <killed.jsonl)"
ok "... and nothing beside the store" test "$(find . -maxdepth 1 -name 'busy.sqlite*' | wc -l)" -eq 1

finish
