#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Command lines that cannot be meant: one clear line, exit code 2 (3 where this build lacks what was demanded).
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

refuses 2 "perfbench: unknown flag '--memroy'; did you mean '--memory'?*" perfbench --memroy
refuses 2 "perfbench: unknown flag '--sede'; did you mean '--seed'?*" perfbench --all --sede=5
refuses 2 "perfbench: unknown flag '-x'*" perfbench -x
refuses 2 "perfbench: unexpected argument 'memory'; did you mean '--memory'?*" perfbench memory
refuses 2 "perfbench: unexpected argument 'results.json'*" perfbench --all results.json
refuses 2 "perfbench: --seed needs a value: N*" perfbench --all --seed
refuses 2 "perfbench: --all takes no value*" perfbench --all=yes
refuses 2 "perfbench: nothing to measure is named; give --all*" perfbench --seed 1

refuses 2 "perfbench: --sizes: 'smal' is no size;*did you mean 'small'?" perfbench --all --sizes smal
refuses 2 "perfbench: --sizes: '0' is no size;*" perfbench --all --sizes 0
refuses 2 "perfbench: --sizes: '-5' is no size;*" perfbench --all --sizes -5
refuses 2 "perfbench: --sizes: '64Kib' is no size;*" perfbench --all --sizes small,64Kib
refuses 2 "perfbench: --sizes: no size is given;*" perfbench --all --sizes ,
refuses 2 "perfbench: --sizes: '99999999999999999999' is no size;*" perfbench --all --sizes 99999999999999999999
refuses 2 "perfbench: --level: 'agressive' is none of*did you mean 'aggressive'?" perfbench --all --level agressive
refuses 2 "perfbench: --filter: '(' is no regular expression*" perfbench --all --filter '('
refuses 2 "perfbench: --filter: no strategy matches 'nothing-is-called-so'*" perfbench --all --filter nothing-is-called-so
refuses 2 "perfbench: --max-time: 'soon' is no duration;*" perfbench --all --max-time soon
refuses 2 "perfbench: --max-time: '1ms' is out of range;*" perfbench --all --max-time 1ms
refuses 2 "perfbench: --repetitions: '0' is no whole number from 1 to 1000" perfbench --all --repetitions 0
refuses 2 "perfbench: --seed: '-1' is no whole number*" perfbench --all --seed -1
refuses 2 "perfbench: --threads: '1e9' is no whole number from 1 to 4096" perfbench --all --threads 1e9
refuses 2 "perfbench: --memory-limit: '1' is less than the least, 16.0 MiB*" perfbench --all --memory-limit 1
refuses 2 "perfbench: --file-limit: '1KiB' is less than the least, 4.00 KiB*" perfbench --all --file-limit 1KiB
refuses 2 "perfbench: --connections: '70000' is no whole number from 1 to 65535" perfbench --all --connections 70000
refuses 2 "perfbench: nothing of this would run: needs*(--memory-limit)*" \
  perfbench --memory --filter transpose --sizes large --memory-limit 16MiB
refuses 2 "perfbench: --scratch: 'none' is no directory;*" perfbench --all --scratch none
refuses 2 "perfbench: --format: 'jsn' is none of*did you mean 'json'?" perfbench --all --format jsn
refuses 2 "perfbench: --color: 'nevr' is none of*did you mean 'never'?" perfbench --all --color nevr
refuses 2 "perfbench: --env: 'prodction' is none of*did you mean 'production'?" perfbench --all --env prodction
refuses 2 "perfbench: --inject: 'wrong' is none of*did you mean 'wrong-result'?" perfbench --all --inject wrong
refuses 2 "perfbench: --generate: 'mann' is none of*did you mean 'man'?" perfbench --generate mann
refuses 2 "perfbench: --set: unknown setting 'limits.memroy'; did you mean 'limits.memory'?*" \
  perfbench --all --set limits.memroy=1GiB
refuses 2 "perfbench: --set: 'seed' has no value; write NAME=VALUE*" perfbench --all --set seed

refuses 2 "perfbench: unknown flag '--benchmark_filtre'; did you mean '--benchmark_filter'?*" perfbench --benchmark_filtre=x
refuses 2 "perfbench: --benchmark_out_format needs --benchmark_out FILE" perfbench --all --benchmark_out_format=csv
refuses 2 "perfbench: --benchmark_format: 'xml' is none of*" perfbench --all --benchmark_format=xml
refuses 2 "perfbench: --benchmark_min_time: '10x' is no duration*" perfbench --all --benchmark_min_time=10x
refuses 2 "perfbench: --format and --benchmark_format contradict*" perfbench --all --benchmark_format=json --format csv


perfbench >out 2>err
ok "no flags at all: a short help, exit code 2" test $? -eq 2
ok "... on standard error" grep -q -- "perfbench --all --output results.json" err
ok "... with nothing on standard output" test ! -s out

finish
