#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfbench compare of two files: of every tool, and files that are broken, foreign, mixed, or of something else.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
data=$source/tests/data/results

# hyperfine NAME SECONDS...: a file of one command.
hyperfine() {
  local name=$1
  shift
  printf '{"results":[{"command":"%s","times":[%s]}]}\n' "$name" "$(IFS=,; echo "$*")"
}
hyperfine x 0.100 0.101 0.099 0.100 0.101 0.099 >base.json
hyperfine x 0.102 0.103 0.101 0.102 0.103 0.101 >near.json
hyperfine x 0.130 0.131 0.129 0.130 0.131 0.129 >slower.json
hyperfine y 0.100 0.101 0.099 0.100 0.101 0.099 >other.json

for file in google_benchmark/repetitions.json google_benchmark/aggregates.json hyperfine/commands.json \
  pytest_benchmark/split.json go_bench/words.txt criterion/messages.json nanobench/sorting.json jmh/parse.json \
  pyperf/fields.json criterion/split/whitespace/600/new/sample.json; do
  # A benchmark of the first has failed.
  want=0
  [[ $file == *repetitions* ]] && want=1
  gives $want '*"method": "files"*' perfbench compare "$data/$file" "$data/$file" --format json
done

perfbench compare base.json near.json --format json >near.comparison
ok "2 % between two sessions is no verdict" grep -q '"verdict": "inconclusive"' near.comparison
ok "... and the command that would decide is named" grep -q '"advice": "perfbench command BASE-COMMAND NEW-COMMAND"' near.comparison
gives 0 '*x*perfbench command BASE-COMMAND NEW-COMMAND*' perfbench compare base.json near.json
gives 1 '*' perfbench compare base.json near.json --fail-on inconclusive
gives 1 '*"verdict": "slower"*' perfbench compare base.json slower.json --format json
gives 0 '*"verdict": "slower"*' perfbench compare base.json slower.json --format json --fail-on missing
gives 0 '*"verdict": "faster"*' perfbench compare slower.json base.json --format json
gives 1 '*' bash -c 'perfbench compare base.json - <slower.json'

perfbench compare base.json slower.json --quiet --format json --output out.json >/dev/null
ok "the document is written" grep -q '"schema": "perfopt.comparison"' out.json
refuses 2 "perfbench: out.json: no results of a tool that is known*it is a document 'perfopt.comparison'" \
  perfbench compare base.json out.json

# Different units, and benchmarks that only one side has.
printf 'BenchmarkA 5 100 ns/op\nBenchmarkParse 5 100 ns/op\n' >go.base
printf 'BenchmarkA 5 100 ns/op\nBenchmarkParser 5 100 ns/op\n' >go.renamed
gives 0 "*only the base has it; the other has 'BenchmarkParser': renamed?*" perfbench compare go.base go.renamed --format json
gives 1 '*' perfbench compare go.base go.renamed --fail-on missing
sed 's|ns/op|MB|' go.base >go.other
refuses 2 'perfbench: go.base and go.other have no benchmark in common;*' perfbench compare go.base go.other
printf '{"version":"1.0","metadata":{"unit":"byte","name":"x"},"benchmarks":[{"runs":[{"values":[1,2]}]}]}' >bytes.json
gives 1 '*not the same quantity: ns and bytes*' perfbench compare base.json bytes.json --format json
refuses 2 'perfbench: base.json and other.json have no benchmark in common; the first ones are*' \
  perfbench compare base.json other.json

# Broken, empty, foreign.
: >empty.json
head -c 40 base.json >cut.json
printf '{"results":[{"command":"x","times":[-1]}]}' >negative.json
printf '{"a":1}' >foreign.json
printf 'hello\n' >words.txt
printf '\177ELF\0\0' >binary
mkdir folder
head -c 100000 /dev/zero | tr '\0' '[' >deep.json
refuses 2 'perfbench: empty.json: no results of a tool that is known (perfopt, Google Benchmark,*the file is empty' \
  perfbench compare base.json empty.json
refuses 2 'perfbench: cut.json:1: broken JSON: it ends too soon; is the file cut off?' perfbench compare cut.json base.json
refuses 2 'perfbench: negative.json: results?0?.times?0?: expected a number that is not negative, found -1' \
  perfbench compare base.json negative.json
refuses 2 'perfbench: foreign.json: no results of a tool that is known*' perfbench compare base.json foreign.json
refuses 2 'perfbench: words.txt: no results of a tool that is known*' perfbench compare base.json words.txt
refuses 2 'perfbench: binary: no results of a tool that is known*it is a program (ELF)' perfbench compare base.json binary
refuses 2 'perfbench: deep.json:1: broken JSON*' perfbench compare base.json deep.json
refuses 2 'perfbench: *folder*' perfbench compare base.json folder
refuses 2 'perfbench: *absent.json*' perfbench compare base.json absent.json
refuses 2 "perfbench: compare: both files are '-'*" perfbench compare - -
refuses 2 "perfbench: --filter: '(' is no regular expression" perfbench compare base.json base.json --filter '('
refuses 2 "perfbench: --filter: no benchmark of base.json or base.json matches 'nothing'" \
  perfbench compare base.json base.json --filter nothing

cp base.json secret.json
chmod 000 secret.json
find_nobody "$programs/perfbench"
if [[ ${#as_nobody[@]} -gt 0 ]]; then
  chmod 644 base.json
  refuses 2 'perfbench: *secret.json*' "${as_nobody[@]}" "$programs/perfbench" compare base.json secret.json
else
  skip "no permission: nobody cannot be tried here"
fi

finish
