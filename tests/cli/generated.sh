#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The man page and the completions are accepted by those who read them, and complete what they should.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

for kind in man bash zsh fish; do
  gives 0 "*benchmark_repetitions*" perfbench --generate $kind
  cp .out "perfbench.$kind"
done

# Words that bash would offer after those given.
offered() {
  (
    # shellcheck disable=SC1091
    source ./perfbench.bash
    COMP_WORDS=(perfbench "$@")
    # shellcheck disable=SC2034
    COMP_CWORD=$#
    _perfbench 2>/dev/null
    echo "${COMPREPLY[*]}"
  )
}
ok "bash reads its completion" bash -n perfbench.bash
ok "bash completes a flag" test "$(offered --memory-)" = "--memory-limit"
ok "bash completes a choice" test "$(offered --level a)" = "aggressive"
ok "bash completes a choice after =" test "$(offered --level = b)" = "balanced"
mkdir place
ok "bash completes a directory" test "$(offered --scratch pl)" = "place"

if command -v zsh >/dev/null; then ok "zsh reads its completion" zsh -n perfbench.zsh; else skip "zsh is not here"; fi
if command -v fish >/dev/null; then
  ok "fish reads its completion" fish --no-execute perfbench.fish
  ok "fish completes a choice" test "$(HOME=$PWD fish --private -c 'source perfbench.fish; complete -C "perfbench --level agg"' | cut -f1)" = aggressive
else
  skip "fish is not here"
fi
if command -v man >/dev/null; then
  LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l perfbench.man >page 2>warnings
  ok "man reads the page" test $? -eq 0
  ok "... without a warning" test ! -s warnings
  ok "... and shows what was written" grep -q -- "--memory-limit BYTES" page
else
  skip "man is not here"
fi

gives 0 "*Usage: perfbench *Shared options:*" perfbench --help
gives 0 "perfbench (perfopt) *commit*compiler*flags*libraries*" perfbench --version
gives 0 '*"schema": "perfopt.strategies"*' perfbench --list --format json
gives 0 "category,problem,strategy,*" perfbench --list --format csv
gives 0 "| strategy | level |*" perfbench --list --format markdown

# Colours: never in a pipe unless asked for.
escape=$'\x1b'
short=(perfbench --memory --filter memory/transpose --sizes 64 --repetitions 6 --quiet)
"${short[@]}" >plain
"${short[@]}" --color always >coloured
ok "no colours in a pipe" test "$(grep -c "$escape" plain)" -eq 0
ok "colours when asked for" test "$(grep -c "$escape" coloured)" -gt 0

if command -v script >/dev/null; then
  script -qec "perfbench --memory --filter memory/transpose --sizes small --repetitions 6" /dev/null >terminal </dev/null
  ok "a terminal shows the progress" grep -q "0/1  *memory/transpose" terminal
  ok "... and wipes it" grep -q "${escape}\[K" terminal
  script -qec "NO_COLOR=1 perfbench --memory --filter memory/transpose --sizes small --repetitions 6 --quiet" /dev/null >terminal </dev/null
  ok "NO_COLOR on a terminal" test "$(grep -c "$escape" terminal)" -eq 0
else
  skip "script(1), which makes a terminal, is not here"
fi

finish
