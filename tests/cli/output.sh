#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where results go: places that cannot be written are found out before the run; pipes may close; a disk may fill.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

short=(perfbench --memory --filter memory/transpose --sizes 64 --repetitions 6)

mkdir folder
: >file
refuses 2 "perfbench: write folder: it is a directory; name a file in it" "${short[@]}" --output folder
refuses 2 "perfbench: write missing/r.json *: No such file or directory" "${short[@]}" --output missing/r.json
refuses 2 "perfbench: write file/r.json *: Not a directory" "${short[@]}" --output file/r.json
refuses 2 "perfbench: write missing/r.html *: No such file or directory" "${short[@]}" --plot=missing/r.html
refuses 2 "perfbench: write folder: it is a directory*" "${short[@]}" --benchmark_out=folder
refuses 2 "perfbench: write /dev/full *: No space left on device" perfbench --list --output /dev/full
# Standard error must not be a file here, or nothing could be told.
refuses 2 "perfbench: write r.json (free some space*: File too large" bash -o pipefail -c \
  '(ulimit -f 0; exec "$@" 2>&1 >/dev/null) | cat >&2' - "${short[@]}" --output r.json

folder_of_others() {
  find_nobody "$programs/perfbench"
  if [[ ${#as_nobody[@]} -gt 0 ]]; then
    chmod 555 folder
    refuses 2 "perfbench: write folder/r.json *: Permission denied" \
      "${as_nobody[@]}" "$programs/perfbench" "${short[@]:1}" --output folder/r.json
    chmod 755 folder
  else
    skip "a folder that may not be written: root writes everywhere here"
  fi
}
folder_of_others

# Standard output that fails: told, code 2. Standard output that nobody reads any more: no complaint.
refuses 2 "perfbench: write standard output *: No space left on device" bash -c 'exec "$@" >/dev/full' - perfbench --list
refuses 2 "perfbench: write standard output: Bad file descriptor" bash -c 'exec "$@" >&-' - perfbench --list
perfbench --list 2>err | head -1 >out
ok "a closed pipe is no error" test "${PIPESTATUS[0]}" -eq 0
ok "... and is not complained about" test ! -s err
ok "... and its reader got the first line" test "$(wc -l <out)" -eq 1

disk_that_fills() {
  unshare -m bash -c 'mkdir -p disk && mount -t tmpfs -o size=16k none disk && head -c 1M /dev/zero >disk/rest; exec "$@"' - "$@"
}
if unshare -m true 2>/dev/null && disk_that_fills true 2>/dev/null; then
  refuses 2 "perfbench: write disk/r.json (free some space*: No space left on device" bash -c \
    'mkdir -p disk; exec unshare -m bash -c "mount -t tmpfs -o size=16k none disk; head -c 1M /dev/zero >disk/rest 2>/dev/null; exec \"\$@\"" - "$@"' \
    - "${short[@]}" --output disk/r.json
  # Full only when the results come: they are shown all the same.
  unshare -m bash -c 'mount -t tmpfs -o size=8k none disk; exec "$@"' - "${short[@]}" --output disk/r.json >out 2>err
  ok "a disk that fills is code 2" test $? -eq 2
  ok "... told in the last line" grep -q "^perfbench: write disk/r.json .*No space left on device$" <(tail -1 err)
  ok "... and the answer is shown" grep -q "memory/transpose" out
else
  skip "a full disk: mounting is not allowed here"
fi

# The forms of a result.
"${short[@]}" --output r.json --plot >out 2>err
ok "results are written" test $? -eq 0 -a -s r.json -a -s r.html
ok "... and shown" grep -q "memory/transpose" out
ok "... and the checkpoint is gone" test ! -e r.json.partial
gives 0 '{*"schema": "perfopt.suite"*' "${short[@]}" --output - --quiet
ok "--quiet is quiet" test ! -s .err
gives 0 '{*"context"*"benchmarks"*memory/transpose/naive*' "${short[@]}" --benchmark_format=json
gives 0 "*category*memory,transpose*" "${short[@]}" --format csv
gives 0 "" "${short[@]}" --output r.md --format markdown --quiet
ok "markdown goes to the file" grep -q '^|' r.md
gives 1 "*memory/transpose*" "${short[@]}" --inject wrong-result

finish
