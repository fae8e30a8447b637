#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfviz: hostile names through every form of every chart, page and text (perfviz_names.py has the names and what each
# form must be).
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

names=$source/tests/cli/perfviz_names.py
ok "the documents are made" /usr/bin/python3 "$names" make
mkdir out

write() {  # FILE COMMAND...
  local file=$1
  shift
  gives 0 "" perfviz "$@" --output "out/$file" --quiet
  ok "$file is there" test -s "out/$file"
}

forms=(svg html md csv json txt)
if perfviz --benchmark suite.json --chart speedup --output probe.png --quiet 2>err; then
  forms+=(png)
else
  ok "pictures are refused for what this build lacks" grep -q librsvg err
  skip "png: this build has no librsvg"
fi
for chart in speedup scaling throughput distribution scatter heatmap forest history flame timeline changes recursion; do
  name=$chart
  case $chart in
    changes) input=(--compare suite.json changed.json) name=forest ;;
    recursion) input=(--profiler recursion.txt) name=flame ;;
    flame) input=(--profiler stacks.txt) ;;
    timeline) input=(--profiler profile.json) ;;
    history) input=(--history history.jsonl) ;;
    *) input=(--benchmark suite.json) ;;
  esac
  for form in "${forms[@]}"; do write "$chart.$form" "${input[@]}" --chart $name; done
done

for form in html md csv txt; do
  write "suite.$form" --benchmark suite.json
  write "profile.$form" --profiler profile.json
  write "stacks.$form" --profiler stacks.txt
  write "recursive.$form" --profiler recursion.txt
  write "comparison.$form" --compare suite.json changed.json
  write "difference.$form" --compare profile.json later.json
  write "history-report.$form" --history history.jsonl
done
write summary.html --benchmark suite.json --history history.jsonl --summary
write all.html --benchmark suite.json --profiler profile.json --profiler stacks.txt --history history.jsonl --report

ok "every form is what it must be" /usr/bin/python3 "$names" check out/*
if command -v xmllint >/dev/null; then
  ok "every picture is well-formed" xmllint --noout --huge out/*.svg
else
  skip "well-formed pictures: there is no xmllint"
fi

finish
