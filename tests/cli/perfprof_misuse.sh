#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# perfprof as somebody meets it who has not read its manual: what is mistyped, what is broken, where nothing can be
# written, what has a hostile name. One line that says what to do, and the right exit code.
# shellcheck disable=SC2016  # variables in single quotes are those of the inner shells
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

# --- words
refuses 2 "perfprof: unknown flag '--frobnicate'*" perfprof --frobnicate
refuses 2 "perfprof: --rate 0: expected a number from 1 to 20000" perfprof --rate 0 -- true
refuses 2 "perfprof: --rate abc: expected a number from 1 to 20000" perfprof --rate abc -- true
refuses 2 "perfprof: --top 0: expected a number from 1 to 10000" perfprof --top 0 -- true
refuses 2 "perfprof: --by: 'modul' is none of function, module, *; did you mean 'module'?" perfprof --by modul -- true
refuses 2 "perfprof: --mode: 'cpus' is none of *; did you mean 'cpu'?" perfprof --mode cpus -- true
refuses 2 "perfprof: --pid abc: expected a number from 1 to *" perfprof --pid abc
refuses 2 "perfprof: --script, --module, --pid and -- COMMAND *; give one" perfprof --pid 1 -- true
refuses 2 "perfprof: --duration: *it goes with --pid" perfprof --duration 5s -- true
refuses 3 "perfprof: convrt: not found in PATH; *; did you mean 'convert'?" perfprof convrt profile.json
refuses 3 "perfprof: no-such-program: not found in PATH; check the name, or install it" perfprof -- no-such-program

# --- what is listed
for group in function:functions module:modules line:lines thread:threads process:processes language:languages; do
  perfprof --by "${group%:*}" --output profile.json -- sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done' 2>told
  ok "--by ${group%:*} is what the table says" grep -q "^Hottest ${group#*:}, by CPU time" told
done
gives 0 "measure,unit,thread,self,*cpu,ns,sh *" perfprof --quiet --by thread --format csv --output - -- \
  sh -c 'i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done'

# --- documents
echo '{"schema":"perfopt.profile"' >broken.json
echo '{}' >other.json
for job in "advise broken.json" "diff broken.json broken.json" "convert broken.json --to pprof --output -"; do
  # shellcheck disable=SC2086  # words
  refuses 2 "perfprof: broken.json:2: broken JSON: it ends too soon*" perfprof $job
done
refuses 2 "perfprof: other.json: no profile of a tool that is known*it is JSON of something else" \
  perfprof convert other.json --to pprof --output -
refuses 2 "perfprof: read . (name a file in it): Is a directory" perfprof advise .
refuses 2 "perfprof: read nowhere.json (check the name): No such file or directory" perfprof advise nowhere.json
find_nobody perfprof
if [[ ${#as_nobody[@]} -gt 0 ]]; then
  : >secret.json
  chmod 000 secret.json
  refuses 2 "perfprof: read secret.json (ask for permission to read it): Permission denied" \
    "${as_nobody[@]}" "$programs/perfprof" advise secret.json
else
  skip "nobody else can be tried here"
fi

# --- places to write to, asked before the command runs
refuses 2 "perfprof: write /no/where/p.json (choose a directory that exists *" \
  perfprof --output /no/where/p.json -- touch ran
refuses 2 "perfprof: write .: it is a directory; name a file in it" perfprof --output . -- touch ran
refuses 2 "perfprof: --report *: the file is there and no page; *" perfprof --report=broken.json -- touch ran
ok "no command ran for nothing" test ! -e ran
if [[ -w /dev/full ]]; then
  perfprof --quiet --output /dev/full -- sh -c 'exit 5' >.out 2>.err
  ok "the command's status stands though its profile is lost" test $? = 5
  ok "that is told in a line" matches "$(<.err)" "perfprof: write /dev/full (free some space, *): No space left on device"
  ok "a pipe that is full is told" test "$(perfprof convert profile.json --to collapsed --output - 2>&1 >/dev/full)" = \
    "perfprof: write standard output (free some space, or choose another place): No space left on device"
else
  skip "no /dev/full here"
fi

# --- ends
perfprof --quiet --output killed.json -- sh -c 'kill -KILL $$' 2>/dev/null
ok "a killed command is 128 + 9" test $? = 137
/usr/bin/python3 - <<'PYTHON' >interrupted
import os, signal, subprocess, time
# A session of its own with the default action: a shell's background jobs ignore the interrupt.
run = subprocess.Popen(["perfprof", "--output", "interrupted.json", "--", "sh", "-c", ": >started; exec sleep 20"],
                       start_new_session=True, stderr=subprocess.PIPE)
end = time.monotonic() + 20
while not os.path.exists("started") and time.monotonic() < end:
    time.sleep(0.01)
time.sleep(0.2)
os.killpg(run.pid, signal.SIGINT)
told = run.communicate(timeout=20)[1].decode()
print(run.returncode, "sleep" in told)
PYTHON
ok "Ctrl-C: 128 + 2, and what was seen is shown: $(<interrupted)" test "$(<interrupted)" = "130 True"
ok "and kept" test -s interrupted.json

# --- hostile names
cat >hostile.py <<'PYTHON'
code = "def f():\n  s = 0\n  for i in range(2000000): s += i\n"
space = {}
exec(compile(code, "\x1b[31m<script>alert(1)</script>\n|`x", "exec"), space)
space["f"]()
PYTHON
for group in function line module; do
  perfprof --by $group --output hostile.json --report=hostile.html -- /usr/bin/python3 hostile.py 2>told
  ok "no escape code of a name reaches the terminal ($group)" test "$(grep -c $'\x1b' told)" = 0
done
ok "nor does its markup reach the page" test "$(grep -c '<script>alert' hostile.html)" = 0
gives 0 "*" perfprof convert hostile.json --to collapsed --output hostile.collapsed
ok "a line feed in a name does not break a line" test "$(grep -vc ' [0-9]*$' hostile.collapsed)" = 0
finish
