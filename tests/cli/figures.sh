#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A document of `perfbench --all` is what its schema says, and holds every figure that the console shows.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"
python=/usr/bin/python3  # Debian's, which sees python3-jsonschema

perfbench --all --filter transpose --sizes small --max-time 5 --output r.json >console 2>err
ok "perfbench --all measures" test $? -eq 0 -a -s r.json
if $python -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null; then
  validates() {
    $python -c 'import json, jsonschema, sys
errors = list(jsonschema.Draft202012Validator(json.load(open(sys.argv[1]))).iter_errors(json.load(open(sys.argv[2]))))
for error in errors: print(error.json_path, error.message)
sys.exit(1 if errors else 0)' "$source/configs/schema/suite.schema.json" "$1"
  }
  ok "the document is what its schema says" validates r.json
  sed '0,/"wall_ns": /s//"wall_time_ns": /' r.json >wrong.json
  ok "... and the schema sees another name of a field" test "$(validates wrong.json >/dev/null; echo $?)" = 1
else
  skip "the schema: python3-jsonschema is not here"
fi

if command -v "$python" >/dev/null; then
  figures() { $python "$source/tests/cli/figures.py" "$@"; }
  ok "every figure of the console is in the document" figures r.json console
  perfviz --benchmark r.json --verbose >verbose
  ok "... and of the console with all variants" figures r.json verbose
  sed -E 's/[0-9.]+ (ns|us|ms)/7&/' console >wrong
  ok "a figure that is not in the document is noticed" test "$(figures r.json wrong >/dev/null; echo $?)" = 1
else
  skip "the figures of the console: python3 is not here"
fi

finish
