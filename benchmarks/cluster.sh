#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by comparisons that need PostgreSQL: start_cluster makes one in a temporary directory, on a unix socket, and
# removes it when the script ends. Sets `programs` and `directory`, PGHOST, PGUSER, PGDATABASE and PERFOPT_BENCH_DATABASE.
# Exits with 3 where PostgreSQL is not installed. median_ratio reads lines "TOOL OURS" and says the ratio's median.

start_cluster() {
  programs=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -1)
  if [[ -z $programs ]]; then
    echo "$0: PostgreSQL is missing: apt-get install postgresql-15" >&2
    exit 3
  fi
  directory=$(mktemp -d "${TMPDIR:-/tmp}/perfopt-pg-XXXXXX")
  as_server=()
  if [[ $(id -u) -eq 0 ]]; then  # servers refuse to be root
    chown postgres "$directory"
    as_server=(setpriv --reuid=postgres --regid=postgres --clear-groups)
  fi
  trap stop_cluster EXIT
  (
    cd "$directory" || exit
    "${as_server[@]}" "$programs/initdb" -D "$directory/data" -U perfopt -A trust -E UTF8 --locale=C --no-sync \
      --no-instructions >"$directory/log"
  )
  "${as_server[@]}" "$programs/postgres" -D "$directory/data" -k "$directory" -c listen_addresses= \
    -c shared_buffers=128MB -c autovacuum=off -c max_wal_size=8GB >>"$directory/log" 2>&1 &
  server=$!
  export PGHOST=$directory PGUSER=perfopt PGDATABASE=postgres
  export PERFOPT_BENCH_DATABASE="host=$directory user=perfopt dbname=postgres"
  until "$programs/pg_isready" -q; do
    kill -0 "$server" 2>/dev/null || { tail -1 "$directory/log" >&2; exit 3; }
    sleep 0.1
  done
}

stop_cluster() {
  if [[ -n ${server:-} ]]; then
    kill -INT "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$directory"
}

# median_ratio NAME GOAL: exit code 1 below the goal.
median_ratio() {
  awk -v name="$1" -v goal="$2" '
    { printf "%s  tool %9.0f/s  ours %9.0f/s  ratio %.3f\n", name, $1, $2, $2 / $1; ratio[NR] = $2 / $1 }
    END {
      for (i = 2; i <= NR; ++i) {
        value = ratio[i]
        for (j = i - 1; j > 0 && ratio[j] > value; --j) ratio[j + 1] = ratio[j]
        ratio[j + 1] = value
      }
      median = NR % 2 ? ratio[(NR + 1) / 2] : (ratio[NR / 2] + ratio[NR / 2 + 1]) / 2
      printf "%s  median ratio %.3f (goal %.2f)\n", name, median, goal
      exit median < goal
    }'
}

# our_rate PROGRAM FILTER OPTIONS...: the column items_per_second of the one benchmark that fits.
our_rate() {
  "$1" --benchmark_filter="$2" --benchmark_format=csv "${@:3}" 2>/dev/null |
    awk -F, '$1 == "name" { for (i = 1; i <= NF; ++i) if ($i == "items_per_second") column = i }
             /^"BM_/ { printf "%.0f\n", $column }'
}
