#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof as a wrapper: what the command is given, what it gives back, and what cannot be profiled, in one line each.
# shellcheck disable=SC2016  # variables in single quotes are those of the inner shells
# shellcheck source=tests/cli/expect.sh
. "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

built=$programs/../tests/programs
quiet=(perfprof --quiet --output profile.json)

# A field of profile.json: field EXPRESSION, where p is the document.
field() { python3 -c 'import json, sys; p = json.load(open("profile.json")); print(eval(sys.argv[1]))' "$1"; }

status_of() {
  "$@" >.out 2>.err </dev/null
  echo $?
}

# --- what passes through
ok "exit code 7" [ "$(status_of "${quiet[@]}" -- sh -c 'exit 7')" = 7 ]
ok "a crash is 128 + 11" [ "$(status_of "${quiet[@]}" -- sh -c 'kill -SEGV $$')" = 139 ]
ok "a crash leaves a profile" [ "$(field 'p["exit_signal"]')" = 11 ]
ok "stdin and stdout" [ "$(echo in | "${quiet[@]}" -- sh -c 'read -r line; echo "$line-out"')" = in-out ]
ok "the working directory" [ "$("${quiet[@]}" -- pwd)" = "$(pwd)" ]
ok "a variable" [ "$(A=5 "${quiet[@]}" -- sh -c 'echo $A')" = 5 ]
ok "arguments as they are" [ "$("${quiet[@]}" -- printf '<%s>' 'a b' '' '*')" = '<a b><><*>' ]
ok "the process group" [ "$("${quiet[@]}" -- sh -c 'ps -o pgid= -p $$' | tr -d ' ')" = "$(ps -o pgid= -p $$ | tr -d ' ')" ]
printf '#!/bin/sh\nexit 4\n' >script && chmod +x script
ok "a script by its shebang" [ "$(status_of "${quiet[@]}" --script ./script)" = 4 ]
printf 'exit 5\n' >text && chmod +x text
ok "text without a shebang" [ "$(status_of "${quiet[@]}" -- ./text)" = 5 ]

# --- programs that are short, many, or become others
ok "a short program" [ "$(status_of "${quiet[@]}" -- true)" = 0 ]
ok "500 children" [ "$(status_of "${quiet[@]}" -- bash -c 'for i in {1..500}; do /bin/true; done; exit 6')" = 6 ]
ok "an exec of an exec" [ "$(status_of "${quiet[@]}" -- sh -c 'exec sh -c "exec sh -c \"exit 8\""')" = 8 ]
ok "200 threads" [ "$(status_of "${quiet[@]}" -- "$built/waits" threads 200 20)" = 0 ]
ok "all of them are told" [ "$(field 'len(p["threads"]) >= 200')" = True ]

# --- signals
"${quiet[@]}" -- sh -c 'trap "exit 9" TERM; echo ready >ready; while :; do sleep 0.05; done' >.out 2>.err </dev/null &
pid=$!
for ((i = 0; i < 200; i++)); do
  [[ -e ready ]] && break
  sleep 0.05
done
kill -TERM $pid
wait $pid
ok "SIGTERM is passed on" [ $? = 9 ]

# --- what cannot be profiled
refuses 3 '*no-such-program: not found in PATH*' perfprof -- no-such-program
refuses 3 '*./missing: No such file*' perfprof -- ./missing
refuses 3 '*is a directory*' perfprof -- ./
echo 'echo' >data
refuses 3 '*may not be executed*' perfprof -- ./data
printf '#!/no/such/interpreter\n' >lost && chmod +x lost
refuses 3 '*interpreter /no/such/interpreter is missing*' perfprof -- ./lost
printf '#!/usr/bin/env no-such-interpreter\n' >lost && chmod +x lost
refuses 3 '*no-such-interpreter is not in PATH*' perfprof -- ./lost
refuses 2 '*missing.py: no such file*' perfprof --script missing.py
refuses 2 '*there is none*' perfprof --pid 4194304
refuses 2 "*did you mean 'ptrace'*" perfprof --backend ptrac -- true
refuses 2 '*syscalls*' perfprof --backend procfs --mode io -- true

find_nobody perfprof
if [[ ${#as_nobody[@]} -gt 0 && $(id -u) -eq 0 ]]; then
  chmod 777 .
  refuses 2 '*setuid*' "${as_nobody[@]}" "$programs/perfprof" -- passwd --help
  ok "a plain user gets a profile" \
    [ "$(status_of "${as_nobody[@]}" "$programs/perfprof" --quiet --output plain.json -- sh -c 'exit 7')" = 7 ]
else
  skip "there is no other user to be here"
fi

# --- where the kernel forbids
# forbidden WHAT BACKEND: the choice falls on BACKEND, and its reason names what could not be.
forbidden() {
  ok "a profile without $1" [ "$(status_of "$built/forbid" "$1" "${quiet[@]}" -- sh -c 'sleep 0.05; exit 7')" = 7 ]
  ok "without $1 it is $2" [ "$(field 'p["backend"]')" = "$2" ]
  ok "the reason is told" matches "$(field 'p["backend_reason"]')" "$2: not perf_event: *"
}
if "$built/forbid" perf true; then
  forbidden perf ptrace
  forbidden perf,ptrace sampler
  forbidden perf,ptrace,vm procfs
  refuses 3 '*ptrace is forbidden here*' "$built/forbid" perf,ptrace perfprof --backend ptrace -- true
  refuses 3 '*ptrace is forbidden here*' "$built/forbid" ptrace perfprof --mode io -- true
else
  skip "no filter of system calls can be installed here"
fi

# --- input and output, exact to the byte
head -c 54321 /dev/zero >in
status=$(status_of "${quiet[@]}" --mode io -- dd if=in of=copy bs=1000 status=none)
if [[ $status -eq 3 ]]; then
  skip "$(cat .err)"
else
  bytes='sum(b for o, b in zip(p["samples"]["object"], p["samples"]["values"][0]) if p["objects"][o].endswith("/NAME"))'
  ok "bytes read" [ "$(field "${bytes/NAME/in}")" = 54321 ]
  ok "bytes written" [ "$(field "${bytes/NAME/copy}")" = 54321 ]
fi
finish
