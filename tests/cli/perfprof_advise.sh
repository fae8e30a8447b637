#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof advise: requests that are wrong, advice on programs with a planted fault, silence on their twins.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

refuses 2 "perfprof: PROFILES are missing: perfprof advise PROFILE..." perfprof advise
refuses 2 "perfprof: *missing.json*" perfprof advise missing.json
refuses 2 "perfprof: --format: *" perfprof advise missing.json --format xml
printf 'main;work 10\n' >plain.collapsed
gives 0 "Nothing to advise*" perfprof advise plain.collapsed
gives 0 "*\"recommendations\"*" perfprof advise plain.collapsed --format json

ok "advice on six programs with a fault, none on their twins" \
  python3 "$source/tests/faults.py" "$(command -v perfprof)" "$programs/../tests/programs/faults" --brief
finish
