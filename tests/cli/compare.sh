#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfbench compare --run: verdicts and exit codes on two small programs, and what is wrong with a side in one line.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
base=$programs/../tests/programs/slices_base
changed=$programs/../tests/programs/slices_changed
plain=$programs/../tests/programs/plain_base
compare=(perfbench compare --quiet --max-time 20s)

refuses 2 "perfbench: name two sides: perfbench compare --run BASE NEW*" perfbench compare
refuses 2 "perfbench: name two sides*" perfbench compare --run "$base"
refuses 2 "perfbench: the base: there is no file /nowhere/bench" "${compare[@]}" --run /nowhere/bench "$changed"
refuses 2 "perfbench: the changed side: there is no program 'no-such-bench' in PATH" "${compare[@]}" --run "$base" no-such-bench
mkdir folder
refuses 2 "perfbench: the changed side: ./folder is a directory; name the program in it" "${compare[@]}" --run "$base" ./folder
refuses 2 "perfbench: the base: true lists no benchmarks; is it a Google Benchmark program?" "${compare[@]}" --run true "$changed"
refuses 2 "perfbench: the base: *quote*" "${compare[@]}" --run "'open" "$changed"
: >empty
chmod +x empty
refuses 2 "perfbench: *empty*" "${compare[@]}" --run ./empty "$changed"
refuses 2 "perfbench: --threshold: '2' is no percentage; write 2% or 0.5%" "${compare[@]}" --run "$base" "$changed" --threshold 2
refuses 2 "perfbench: --error-rate: '50%' is out of range*" "${compare[@]}" --run "$base" "$changed" --error-rate 50%
refuses 2 "perfbench: --fail-on: 'slow' is none of*did you mean 'slower'?" "${compare[@]}" --run "$base" "$changed" --fail-on slow
refuses 2 "perfbench: --filter: '(' is no regular expression*" "${compare[@]}" --run "$base" "$changed" --filter '('
refuses 2 "perfbench: --filter: no benchmark that both have matches 'only_base'" "${compare[@]}" --run "$base" "$changed" --filter only_base
refuses 2 "perfbench: --cpu: 4711 is no CPU that this process may use" "${compare[@]}" --run "$base" "$changed" --cpu 4711
refuses 2 "perfbench: --format: 'xml' is none of*" "${compare[@]}" --run "$base" "$changed" --format xml
refuses 2 "perfbench: unknown flag '--treshold'; did you mean '--threshold'?*" perfbench compare --treshold 2%
refuses 2 "perfbench: write folder: it is a directory; name a file in it" "${compare[@]}" --run "$base" "$changed" --junit folder

gives 0 "*compute/300*only_changed  (added)*only_base  (missing)*to measure in at most 20 s" "${compare[@]}" --run "$base" "$changed" --dry-run
gives 1 "2 slower, *compute/3000*" "${compare[@]}" --run "$base" "$changed" --filter 'compute'
gives 1 "" "${compare[@]}" --run "$base" "$changed" --filter 'compute' --output slower.json
ok "the document is written" grep -q '"perfopt.comparison"' slower.json
gives 0 "*2 slower*" "${compare[@]}" --run "$base" "$changed" --filter 'compute' --fail-on never
gives 0 "*2 faster*" "${compare[@]}" --run "$changed" "$base" --filter 'compute'
gives 0 "0 slower*1 missing*" "${compare[@]}" --run "$base" "$changed" --filter 'equal|only_base'
gives 1 "0 slower*1 missing*" "${compare[@]}" --run "$base" "$changed" --filter 'equal|only_base' --fail-on slower,missing
gives 1 "*crashes: the changed side ended with exit code 3*" "${compare[@]}" --run "$base" "$changed" --filter 'crashes|equal'
gives 1 "*hangs: the changed side hangs: no answer in 1 s (--timeout)*" "${compare[@]}" --run "$base" "$changed" --filter hangs --timeout 1s
gives 1 "*refuses: the changed side says: no input here*" "${compare[@]}" --run "$base" "$changed" --filter refuses
gives 1 "*the outputs differ: base 'sum=1', changed 'sum=2'*" "${compare[@]}" --run "$base" "$changed" --filter other_output --expect-same-output
gives 0 "*both sides are the same program*" "${compare[@]}" --run "$base" "$base" --filter equal --threshold 50%
gives 0 "*not linked with Perfopt::benchmark_main*" "${compare[@]}" --run "$plain" "$base" --filter '^equal$' --threshold 50%

# A quarter more work is within a margin of half; the configuration names it for this benchmark alone.
echo '{"compare": {"margins": ["compute=60%"]}}' >margins.json
gives 0 "0 slower*2 the same*" "${compare[@]}" --run "$base" "$changed" --filter compute --config margins.json
gives 0 "*compare.margins*compute=60%*margins.json:1*" perfbench compare --config margins.json --print-config

gives 1 "*::error*compute*" "${compare[@]}" --run "$base" "$changed" --filter compute/3000 --github --junit perf.xml \
  --markdown perf.md --sarif perf.sarif
ok "JUnit XML tells the failure" grep -q "<failure" perf.xml
ok "Markdown tells the verdict" grep -q "1 slower" perf.md
ok "SARIF tells the result" grep -q '"2.1.0"' perf.sarif

# Ctrl-C in the middle: what is decided is told, and no worker is left.
perfbench compare --quiet --run "$base" "$base" --threshold 0% --filter equal --output stopped.json >out 2>err &
job=$!
sleep 1.5
kill -INT $job
wait $job
ok "an interrupted comparison exits as shells expect" test $? -eq 130
ok "... writes what it has" grep -q '"complete": false' stopped.json
ok "... and leaves no worker" test -z "$(pgrep -f "^$base" || true)"

# ... also while a side hangs.
perfbench compare --quiet --run "$base" "$changed" --filter hangs --max-time 60s >out 2>err &
job=$!
sleep 1
began=$SECONDS
kill -TERM $job
wait $job
ok "a hanging side does not hold up SIGTERM" test $? -eq 143
ok "... for long" test $((SECONDS - began)) -le 3

# A side whose directory for reports goes away: the others and the console still tell.
mkdir reports
gives 2 "0 slower*1 inconclusive*" env bash -c "perfbench compare --max-time 5s --run '$base' '$base' --filter equal --threshold 0% \
  --junit reports/perf.xml --markdown perf2.md --output gone.json & sleep 2; rm -rf reports; wait \$!"
ok "what can be written is written" test -s gone.json -a -s perf2.md

# --instructions is a demand: whole runs cannot be counted.
refuses 3 "perfbench: --instructions: only programs that are linked with Perfopt::benchmark_main*" \
  "${compare[@]}" --run "$plain" "$base" --filter '^equal$' --instructions

finish
