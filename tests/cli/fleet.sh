#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# --fleet: several ranks on this machine, one of them planted slow, make one document that names it.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

refuses 2 "perfbench: --fleet: not started by mpirun or srun;*" perfbench --memory --fleet
refuses 2 "perfbench: --resume and --fleet contradict*" perfbench --memory --fleet --resume --output r.json
if ! command -v mpirun taskset >/dev/null; then
  skip "mpirun or taskset is not installed"
  finish
fi

# Rank SLOW shares a core with ten busy loops, which outlast it; the others share another core among themselves. Runs
# must be long against the scheduler's slices to see that.
cat >rank <<'RANK'
#!/usr/bin/env bash
if [[ $OMPI_COMM_WORLD_RANK -ne ${SLOW:--1} ]]; then exec taskset -c "$FAST_CORE" perfbench "$@"; fi
for _ in {1..10}; do timeout 300 taskset -c "$SLOW_CORE" sh -c 'while :; do :; done' & done
taskset -c "$SLOW_CORE" perfbench "$@"
code=$?
kill $(jobs -p)
exit $code
RANK
chmod +x rank
mapfile -t cores < <(taskset -cp $$ | sed 's/.*: //' | tr ',' '\n' | while IFS=- read -r from to; do seq "$from" "${to:-$from}"; done)
export FAST_CORE=${cores[0]} SLOW_CORE=${cores[-1]}

run=(mpirun --oversubscribe -n 4 --mca btl 'self,vader')
[[ $(id -u) -ne 0 ]] || run+=(--allow-run-as-root)
measure=(./rank --memory --filter transpose --sizes 1536 --repetitions 6 --threads 1 --fleet --output fleet.json --color never)

document() {
  python3 -c "import json; fleet = json.load(open('fleet.json'))['fleet']; print($1)"
}

if [[ ${#cores[@]} -lt 2 ]]; then
  skip "a slow host cannot be planted on one core"
else
  # Something else on this machine may hold back the others as well: then no rank stands out, and it is tried again.
  for ((attempt = 0; attempt < 4; ++attempt)); do
    env SLOW=2 "${run[@]}" "${measure[@]}" >out 2>err </dev/null
    grep -q "none is slow" out || break
    sleep 5
  done
  gives 0 "*4 hosts: slow: *rank 2? takes *" cat out
  ok "only rank 2 is slow: $(document "[h['slowdown'] for h in fleet['hosts']]")" \
    test "$(document "[h['rank'] for h in fleet['hosts'] if h['slow']]")" = "[2]"
  ok "each host sent its results" test "$(document "{len(h['results']) > 0 for h in fleet['hosts']}")" = "{True}"
  ok "ranks of one machine do not differ" test "$(document "fleet['differences']")" = "[]"
  ok "one document, shown once" test "$(grep -c "What pays off on this machine" .out)" -eq 1
  gives 0 "" perfviz --benchmark fleet.json --report --output fleet.html --quiet
  ok "the page has the hosts" grep -q 'id="hosts-title"' fleet.html
fi

# A host that refuses a result is named, and the run is a failure.
gives 1 "*FAILED: memory/transpose/*injected error*" "${run[@]}" "${measure[@]}" --inject error-return
ok "the failures of all hosts are kept" test "$(document "{len(h['failures']) > 0 for h in fleet['hosts']}")" = "{True}"
refuses 2 "perfbench: --fleet: each host is measured alone*" env OMPI_COMM_WORLD_RANK=0 OMPI_COMM_WORLD_SIZE=2 \
  perfbench --distributed --fleet

finish
