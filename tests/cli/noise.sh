#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfbench noise: the answer, the document, where it is kept, an interruption.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

export XDG_CACHE_HOME=$work/cache
export TMPDIR=$work/scratch
mkdir "$TMPDIR"

refuses 2 "perfbench: --max-time: 1.00 s is too short; give at least 4.00 s" perfbench noise --max-time 1s
refuses 2 "perfbench: --max-time: 'soon' is no duration*" perfbench noise --max-time soon
refuses 2 "perfbench: --format: *" perfbench noise --format xml
refuses 2 "perfbench: write missing/n.json *: No such file or directory" perfbench noise --output missing/n.json

gives 0 "*kernel*compute*memory*allocation*file*What makes it noisy*" \
  perfbench noise --max-time 8s --color never
kept=("$XDG_CACHE_HOME"/perfopt/noise-*.json)
ok "the profile is kept" test -s "${kept[0]}"
gives 0 "" perfbench noise --max-time 4s --quiet --no-keep --output noise.json
ok "the document is what its schema says" /usr/bin/python3 "$source/tests/schemas.py" . "$XDG_CACHE_HOME"

# The cache is no place to insist on.
: >plain
gives 0 "*What makes it noisy*" env XDG_CACHE_HOME="$work/plain" perfbench noise --max-time 4s
ok "what could not be kept is said" grep -q "perfbench: .*plain" "$work/.err"

# shellcheck disable=SC2317  # called by name
interrupted() {
  perfbench noise --max-time 60s --no-keep >out 2>err &
  local pid=$!
  sleep 2
  kill -INT "$pid"
  wait "$pid"
  [[ $? -eq 130 ]] && grep -q INTERRUPTED out
}
set -m
ok "Ctrl-C shows what was measured, exit code 130" interrupted
set +m
ok "nothing is left behind" test -z "$(ls -A "$TMPDIR")"
finish
