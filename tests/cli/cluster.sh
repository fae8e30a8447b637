#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfbench over several ranks that others have started: mpirun, and srun on a cluster of Slurm with two nodes, which is
# started here on this machine's loopback device with files of its own.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

measure=(perfbench --distributed --filter 'partition_even|messages' --sizes small --repetitions 6 --color never)
started=()
cluster=none
# Processes of our cluster: a step that is still on its way when its controller ends tries to tell it for minutes.
# shellcheck disable=SC2317  # called by the trap
left_over() {
  grep -lsz "^SLURM_CONF=$cluster/" /proc/[0-9]*/environ | cut -d / -f 3 | grep -vx $$
}
# shellcheck disable=SC2317  # called by the trap
all_ended() {
  [[ -z $(jobs -pr) ]]
}
# shellcheck disable=SC2317  # called by the trap
stop_all() {
  local i
  if [[ ${#started[@]} -gt 0 ]]; then
    for ((i = ${#started[@]} - 1; i >= 0; --i)); do kill "${started[i]}" 2>/dev/null; done
    within 5 all_ended || kill -KILL "${started[@]}" 2>/dev/null
    # shellcheck disable=SC2046  # one word each
    kill -KILL $(left_over) 2>/dev/null
    wait "${started[@]}" 2>/dev/null
  fi
  rm -rf "$work"
}
trap stop_all EXIT

# Tries a command for at most SECONDS.
within() {
  local seconds=$1 i
  shift
  for ((i = 0; i < seconds * 10; ++i)); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.1
  done
  return 1
}

if ! perfbench --list --format json | grep -q '"distributed"' || ! command -v mpirun >/dev/null; then
  skip "no MPI in this build, or mpirun is not installed"
  finish
fi

# --- mpirun
launch=(mpirun --oversubscribe -n 3 --mca btl 'self,vader')
[[ $(id -u) -ne 0 ]] || launch+=(--allow-run-as-root)
gives 0 "*3 ranks on one host*no failure*" "${launch[@]}" "${measure[@]}"
ok "only the first rank shows results" test "$(grep -c 'cases measured' .out)" -eq 1
gives 0 "*1 case measured*" "${launch[@]}" perfbench --memory --filter transpose --sizes 64 --repetitions 6 --color never
gives 1 "*wrong result*" "${launch[@]}" "${measure[@]}" --inject wrong-result

# --- srun
for program in munged slurmctld slurmd srun; do
  command -v $program >/dev/null || PATH=$PATH:/usr/sbin:/sbin
  if ! command -v $program >/dev/null; then
    skip "$program is not installed"
    finish
  fi
done
if [[ $(id -u) -ne 0 ]]; then
  skip "slurmd needs root"
  finish
fi

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# munged insists on directories that nobody else can write to, up to the root.
cluster=$(mktemp -d /run/perfopt-XXXXXX) || finish
started_files=$cluster
trap 'stop_all; rm -rf "$started_files"' EXIT
mkdir "$cluster/state" "$cluster/node1" "$cluster/node2"
chmod 755 "$cluster"
head -c 128 /dev/urandom >"$cluster/key"
chmod 400 "$cluster/key"
cat >"$cluster/slurm.conf" <<CONF
ClusterName=perfopt
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=root
SlurmctldPort=$(free_port)
AuthType=auth/munge
AuthInfo=socket=$cluster/munge
CredType=cred/munge
StateSaveLocation=$cluster/state
SlurmdSpoolDir=$cluster/%n
TmpFS=$cluster/%n
SlurmctldPidFile=$cluster/slurmctld.pid
SlurmdPidFile=$cluster/%n.pid
SlurmctldLogFile=$cluster/slurmctld.log
SlurmdLogFile=$cluster/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
ReturnToService=2
SlurmdParameters=config_overrides
NodeName=node1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=1
NodeName=node2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=1
PartitionName=all Nodes=ALL Default=YES State=UP
CONF
printf 'CgroupAutomount=no\n' >"$cluster/cgroup.conf"
export SLURM_CONF=$cluster/slurm.conf

munged --foreground --force --key-file="$cluster/key" --socket="$cluster/munge" --pid-file="$cluster/munge.pid" \
  --log-file="$cluster/munge.log" --seed-file="$cluster/seed" >"$cluster/munge.out" 2>&1 &
started+=($!)
within 5 test -S "$cluster/munge"
slurmctld -D -c -f "$SLURM_CONF" >"$cluster/slurmctld.out" 2>&1 &
started+=($!)
for node in node1 node2; do
  slurmd -D -N $node -f "$SLURM_CONF" >"$cluster/$node.out" 2>&1 &
  started+=($!)
done
# shellcheck disable=SC2317  # called by within
two_idle() {
  [[ $(sinfo --noheader --Node --format=%T | grep -c idle) -eq 2 ]]
}
if ! within 15 two_idle; then
  skip "slurm does not start here: $(cat "$cluster"/*.out "$cluster"/*.log | grep -iE 'error|fatal' | tail -n 1)"
  finish
fi

# Two nodes that are one machine: Open MPI takes them for two and speaks TCP between them, which it would not do over the
# loopback device unasked.
cluster_run=(env OMPI_MCA_pml=ob1 'OMPI_MCA_osc=^ucx' 'OMPI_MCA_btl=self,tcp' OMPI_MCA_btl_tcp_if_include=lo
  OMPI_MCA_oob_tcp_if_include=lo srun --mpi=pmix --nodes 2 --ntasks 2)
# shellcheck disable=SC2016  # expanded on the nodes
ok "srun reaches both nodes" test "$("${cluster_run[@]}" sh -c 'echo $SLURMD_NODENAME' | sort | paste -sd' ')" = "node1 node2"
gives 0 "*2 ranks on *no failure*" "${cluster_run[@]}" "${measure[@]}"
ok "only the first rank shows results" test "$(grep -c 'cases measured' .out)" -eq 1

finish
