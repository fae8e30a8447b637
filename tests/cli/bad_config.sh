#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configurations that cannot be meant: one clear line with the place, exit code 2.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# A configuration file c.json of these lines.
config() {
  printf '%s\n' "$@" >c.json
}

with=(perfbench --all --dry-run --config c.json)

refuses 2 "perfbench: read none.json (check the name): No such file or directory" perfbench --all --config none.json
mkdir folder
refuses 2 "perfbench: read folder *: Is a directory" perfbench --all --config folder
: >c.json
refuses 2 "perfbench: c.json: the file is empty; an object*" "${with[@]}"
config '{' ' "seed": 1,' '}'
refuses 2 "perfbench: c.json:3: broken JSON: *" "${with[@]}"
config '{' ' "limits": {' '  "memroy": "1GiB"' ' }' '}'
refuses 2 "perfbench: c.json:3: unknown field 'limits.memroy'; did you mean 'limits.memory'?" "${with[@]}"
config '{"seed": "one"}'
refuses 2 "perfbench: c.json:1: field 'seed' is string; expected a whole number" "${with[@]}"
config '{"seed": 1,' '"seed": 2}'
refuses 2 "perfbench: c.json:2: field 'seed' is given twice, first on line 1; remove one" "${with[@]}"
config '{"limits": {"threads": 99999}}'
refuses 2 "perfbench: c.json:1: limits.threads: '99999' is no whole number from 1 to 4096" "${with[@]}"
config '{"optimizers": {"io": {"disable": ["linez"]}}}'
refuses 2 "perfbench: c.json:1: optimizers.io.disable: 'linez' is no problem or strategy of io; did you mean 'lines'?*" "${with[@]}"
config '{"testing": {"level": "bold"}}'
refuses 2 "perfbench: c.json:1: testing.level: 'bold' is none of conservative, balanced, aggressive" "${with[@]}"
config '{"seed": 1}'
refuses 2 "perfbench: c.json: no section 'testing'; add one*" "${with[@]}" --env testing
config '["seed"]'
refuses 2 "perfbench: c.json:1: the document is array; an object*" "${with[@]}"
head -c 4096 /bin/sh >c.json
refuses 2 "perfbench: c.json*: broken JSON: *" "${with[@]}"

config '{"seed": 1}'
chmod 000 c.json
find_nobody "$programs/perfbench"
if [[ ${#as_nobody[@]} -gt 0 ]]; then
  refuses 2 "perfbench: read c.json (ask for permission to read it): Permission denied" \
    "${as_nobody[@]}" "$programs/perfbench" --all --config c.json
else
  skip "a file without permission: root reads everything here"
fi
chmod 644 c.json

refuses 2 "perfbench: environment: unknown variable 'PERFOPT_SED'; did you mean 'PERFOPT_SEED'?*" \
  env PERFOPT_SED=1 perfbench --all
refuses 2 "perfbench: PERFOPT_SEED: 'x' is no whole number*" env PERFOPT_SEED=x perfbench --all
refuses 2 "perfbench: PERFOPT_ENV: 'tesing' is none of*did you mean 'testing'?" env PERFOPT_ENV=tesing perfbench --all
refuses 2 "perfbench: read none.json *" env PERFOPT_CONFIG=none.json perfbench --all

# What is right is taken, from the source that counts.
config '{' '"seed": 2,' '"testing": {"seed": 3}' '}'
gives 0 "*seed * 1 * built-in*" perfbench --print-config
gives 0 "*seed * 2 * c.json:2*" perfbench --print-config --config c.json
gives 0 "*seed * 3 * c.json:3 (testing)*" perfbench --print-config --config c.json --env testing
gives 0 "*seed * 4 * PERFOPT_SEED*" env PERFOPT_SEED=4 perfbench --print-config --config c.json --env testing
gives 0 "*seed * 5 * --seed*" env PERFOPT_SEED=4 perfbench --print-config --config c.json --env testing --seed 5
gives 0 '*"seed": {*"value": 5,*"source": "--seed",*' perfbench --print-config --seed 5 --format json
gives 0 "*io/lines at 65,536 bytes: skipped, switched off in the configuration*" \
  perfbench --all --dry-run --set optimizers.io.enabled=false
gives 0 "*2 cases would run*1 thread*32.0 MiB of memory*8.00 KiB of files*" perfbench --cpu --filter cpu/sort \
  --sizes 16,100 --threads 1 --memory-limit 32MiB --file-limit 8KiB --dry-run

# The schema accepts what perfbench accepts, and refuses what it refuses.
configs=$source/configs
schema_accepts() {
  python3 -c 'import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(json.load(open(sys.argv[2]))) else 1)' \
    "$configs/schema/optimization_config.schema.json" "$1"
}
if python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
  ok "the schema accepts the shipped configuration" schema_accepts "$configs/optimization_config.json"
  gives 0 "*" perfbench --print-config --config "$configs/optimization_config.json" --env testing
  for wrong in '{"sed": 1}' '{"testing": {"sed": 1}}' '{"limits": {"memroy": 1}}' '{"level": "bold"}' '{"seed": "1"}'; do
    config "$wrong"
    ok "the schema refuses $wrong" test "$(schema_accepts c.json 2>&1; echo $?)" = 1
    ok "perfbench refuses $wrong" test "$(perfbench --print-config --config c.json >out 2>&1; echo $?)" = 2
  done
else
  skip "the schema: python3-jsonschema is not here"
fi

finish
