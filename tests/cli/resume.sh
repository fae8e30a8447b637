#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs that end early keep what they have finished and go on from there.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

run=(perfbench --memory --filter 'memory/(transpose|layout)' --sizes 'small,medium' --repetitions 6 --output r.json)

# Starts the run, sends it a signal as soon as it has a checkpoint; sets code.
interrupted_by() {
  "${run[@]}" >out 2>err &
  local pid=$! i
  for ((i = 0; i < 600; ++i)); do
    [[ -e r.json.partial ]] && break
    sleep 0.02
  done
  kill "-$1" $pid
  wait $pid 2>/dev/null
  code=$?
}

# The rounds of the first case, which no resumption may measure again.
first_rounds() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["cases"][0]["variants"])' "$1"
}
field() {
  python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$1" "$2"
}

goes_on_from() {
  local before after
  before=$(first_rounds "$1")
  "${run[@]}" --resume >out 2>err
  ok "$2: --resume finishes" test $? -eq 0
  after=$(first_rounds r.json)
  ok "$2: the result is whole" test "$(field r.json complete)" = True
  ok "$2: what was finished is kept" test "$before" = "$after"
  ok "$2: no checkpoint is left" test ! -e r.json.partial
}

interrupted_by KILL
ok "kill -9 ends the run" test $code -eq 137
ok "... without a result" test ! -e r.json
ok "... with a checkpoint that says so" test "$(field r.json.partial complete)" = False
cp r.json.partial kept.partial
goes_on_from r.json.partial "after kill -9"

for signal in INT:130 TERM:143; do
  rm -f r.json
  interrupted_by "${signal%:*}"
  ok "SIG${signal%:*} is code ${signal#*:}" test $code -eq "${signal#*:}"
  ok "... says what is missing and how to go on" grep -q "^perfbench: interrupted; not measured: memory/.*--resume$" err
  ok "... leaves a result that says so" test "$(field r.json complete)" = False
  ok "... shows the finished part" grep -q "memory/transpose" out
  goes_on_from r.json "after SIG${signal%:*}"
done

rm -f r.json
cp kept.partial r.json.partial
refuses 2 "perfbench: --resume: the interrupted run had another --seed;*" "${run[@]}" --resume --seed 2
refuses 2 "perfbench: --resume: the interrupted run had another --level;*" "${run[@]}" --resume --level balanced
head -c 700 kept.partial >r.json.partial
refuses 2 "perfbench: r.json.partial*" "${run[@]}" --resume
echo '{"schema": "other", "schema_version": 1}' >r.json.partial
refuses 2 "perfbench: r.json.partial*" "${run[@]}" --resume
rm -f r.json.partial
refuses 2 "perfbench: --resume: neither r.json.partial nor r.json exists;*" "${run[@]}" --resume
refuses 2 "perfbench: --resume needs --output FILE*" perfbench --all --resume
refuses 2 "perfbench: --resume needs --output FILE*" perfbench --all --resume --output -

finish
