# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Sourced by the tests of the command lines: bash tests/cli/NAME.sh DIRECTORY-OF-THE-PROGRAMS.
#
#   refuses CODE PATTERN COMMAND...  exits with CODE, writes nothing to standard output, and to standard error one line
#                                    that matches the glob PATTERN
#   gives CODE PATTERN COMMAND...    exits with CODE; standard output matches PATTERN
#   ok TEXT CONDITION...             CONDITION (a command) holds
#   skip TEXT                        says what could not be tried here
#   finish                           ends the test: fails when anything did, or when nothing was tried
# Each test runs in a directory of its own, which it may fill.
set -u

programs=$(cd "$1" && pwd) || exit 1
# shellcheck disable=SC2034  # for the tests
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd) || exit 1
PATH=$programs:$PATH
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
while IFS='=' read -r name _; do
  case $name in PERFOPT_* | NO_COLOR) unset "$name" ;; esac
done < <(env)

tried=0
failed=0

ok() {
  local text=$1
  shift
  tried=$((tried + 1))
  if "$@"; then return; fi
  failed=$((failed + 1))
  echo "FAILED: $text"
}

matches() {
  # shellcheck disable=SC2053  # the right side is a pattern
  [[ $1 == $2 ]]
}

refuses() {
  local want=$1 pattern=$2 code
  shift 2
  tried=$((tried + 1))
  "$@" >"$work/.out" 2>"$work/.err" </dev/null
  code=$?
  local err
  err=$(<"$work/.err")
  if [[ $code -eq $want && ! -s $work/.out && $(wc -l <"$work/.err") -eq 1 ]] && matches "$err" "$pattern"; then return; fi
  failed=$((failed + 1))
  printf 'FAILED: %s\n  exit code %s, wanted %s\n  wanted on standard error: %s\n  got: %s\n  standard output: %s bytes\n' \
    "$*" "$code" "$want" "$pattern" "$err" "$(wc -c <"$work/.out")"
}

gives() {
  local want=$1 pattern=$2 code
  shift 2
  tried=$((tried + 1))
  "$@" >"$work/.out" 2>"$work/.err" </dev/null
  code=$?
  local out
  out=$(<"$work/.out")
  if [[ $code -eq $want ]] && matches "$out" "$pattern"; then return; fi
  failed=$((failed + 1))
  printf 'FAILED: %s\n  exit code %s, wanted %s\n  wanted on standard output: %s\n  got: %.600s\n  standard error: %.600s\n' \
    "$*" "$code" "$want" "$pattern" "$out" "$(<"$work/.err")"
}

# Sets as_nobody to what runs a command as somebody who owns nothing here: as it is unless we are root. Empty where that
# cannot be tried, or where the program then complains by itself (built for coverage, it cannot store its counts).
# shellcheck disable=SC2034  # read by the scripts that source this one
find_nobody() {
  local program=$1
  as_nobody=()
  if [[ $(id -u) -ne 0 ]]; then
    as_nobody=(env)
  elif chmod 755 . && command -v setpriv >/dev/null; then
    local nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups) complaints
    if complaints=$("${nobody[@]}" "$program" --version 2>&1 >/dev/null) && [[ -z $complaints ]]; then
      as_nobody=("${nobody[@]}")
    fi
  fi
}

skip() {
  echo "skipped: $1"
}

finish() {
  echo "$tried tried, $failed failed"
  [[ $tried -gt 0 && $failed -eq 0 ]]
  exit
}
