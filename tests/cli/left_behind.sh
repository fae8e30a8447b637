#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Servers, links and ranks end with the run that started them, however it ends: no process, file, shared memory or
# network device stays.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# All processes below a process, one a line.
descendants() {
  local child
  cat /proc/"$1"/task/*/children 2>/dev/null | tr ' ' '\n' | while read -r child; do
    echo "$child"
    descendants "$child"
  done
}

# Those of the given processes that still run; a zombie waits for its parent and no longer does.
alive() {
  local pid state
  for pid in "$@"; do
    state=$(sed -n 's/^State:\t\(.\).*/\1/p' "/proc/$pid/status" 2>/dev/null)
    [[ -z $state || $state == Z ]] || echo "$pid"
  done
}

# Shared memory, network devices and files beside the scratch directory that processes may leave.
traces() {
  ls -A /dev/shm
  awk 'NR > 1 { print $2 }' /proc/sysvipc/shm | sort
  ls /sys/class/net
  find "${TMPDIR:-/tmp}" -maxdepth 1 \( -name 'perf*' -o -name 'ompi*' -o -name 'pmix*' \) | sort
}

# Starts what needs others in a category, and waits until it has processes of its own; sets pid and children.
start() {
  perfbench "--$1" --filter '/(requests_region|hot_query|halo)/' --sizes small --repetitions 1000 --scratch "$work/scratch" --output r.json >out 2>err &
  pid=$!
  children=()
  local i
  for ((i = 0; i < 300; ++i)); do
    mapfile -t children < <(descendants $pid)
    [[ ${#children[@]} -gt 0 ]] && break
    kill -0 $pid 2>/dev/null || break
    sleep 0.05
  done
  sleep 1 # so that a server is met at work, not at its start
  mapfile -t children < <(descendants $pid)
}

mkdir scratch
before=$(traces)
for category in network database distributed; do
  if [[ $(perfbench --list --format json | python3 -c 'import json, sys
print(any(m["category"] == sys.argv[1] for m in json.load(sys.stdin)["missing"]))' $category) == True ]]; then
    skip "$category: not in this build"
    continue
  fi
  for signal in KILL INT; do
    rm -f r.json*
    start $category
    if [[ ${#children[@]} -eq 0 ]]; then
      kill -KILL $pid 2>/dev/null
      skip "$category: nothing could be started here: $(tail -n 1 err)"
      continue
    fi
    kill -$signal $pid
    wait $pid 2>/dev/null
    code=$?
    for ((i = 0; i < 200; ++i)); do
      [[ -z $(alive "${children[@]}") ]] && break
      sleep 0.05
    done
    # shellcheck disable=SC2046  # one word a process
    ok "$category, SIG$signal: its ${#children[@]} processes end; left: $(ps -o pid=,args= -p $(alive "${children[@]}" | paste -sd,) 2>/dev/null)" \
      test -z "$(alive "${children[@]}")"
    [[ $signal == KILL ]] || ok "$category, SIG$signal: the exit code is 130, not $code" test $code -eq 130
    [[ $signal == KILL ]] || ok "$category, SIG$signal: the scratch directory is empty" test -z "$(ls -A scratch)"
  done
  perfbench --memory --filter transpose --sizes 64 --repetitions 1 --scratch "$work/scratch" >/dev/null 2>&1
  ok "$category: the next run cleans the scratch directory: $(ls -A scratch)" test -z "$(ls -A scratch)"
  ok "$category: nothing else is left: $(diff <(echo "$before") <(traces))" test "$before" = "$(traces)"
done

finish
