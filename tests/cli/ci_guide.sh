#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The gate of docs/guides/ci.md on a repository of two commits, whose build takes one of two small programs.
# shellcheck source=tests/cli/expect.sh
source "$(dirname "${BASH_SOURCE[0]}")/expect.sh"

gate=$source/docs/guides/ci/gate.sh
made=$(cd "$programs/../tests/programs" && pwd)
export TMPDIR=$work/scratch GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
mkdir "$TMPDIR" repository
cd repository || exit 1

# The build: the file `side` says which of the programs this commit makes.
commit() {
  echo "$1" >side
  git add side && git commit --quiet --message "$1"
}
git init --quiet --initial-branch=main
echo perf-reports/ >.gitignore
echo bench >>.gitignore
git add .gitignore
commit base
git branch change
commit base-moved-on
git checkout --quiet change
commit changed

export PERF_BASE=main PERF_MAX_TIME=20s PERF_PROGRAM="bench --benchmark_filter=."
export PERF_BUILD="cp $made/slices_\$(cat side) bench"
# shellcheck disable=SC2317  # called by name
gated() { env "$@" "$gate"; }

# All benchmarks of the program would crash and hang as well; the gate's own settings name no filter.
compare=$(command -v perfbench)
mkdir "$work/bin"
cat >"$work/bin/perfbench" <<EOF
#!/bin/sh
exec "$compare" "\$@" --filter "\$FILTER"
EOF
chmod +x "$work/bin/perfbench"
PATH=$work/bin:$PATH

gives 1 "1 slower, *compute/3000*" gated FILTER=compute/3000
ok "the JUnit report tells the failure" grep -q '<failure type="slower"' perf-reports/junit.xml
ok "the comment tells the verdict" grep -q "^## 1 slower" perf-reports/comment.md
ok "the document tells every pair" grep -q '"log_ratio"' perf-reports/comparison.json
ok "the SARIF log tells the result" grep -q '"ruleId": "slower"' perf-reports/perf.sarif
ok "the checkout of the base is gone" test "$(git worktree list | wc -l)" -eq 1
gives 0 "0 slower*1 the same*" gated FILTER='^equal$' PERF_THRESHOLD=30%
gives 1 "*::error title=compute/3000 is slower::*" gated FILTER=compute/3000 GITHUB_ACTIONS=true \
  GITHUB_STEP_SUMMARY="$work/summary"
ok "the summary of the job gets the comment" grep -q "^## 1 slower" "$work/summary"

# shellcheck disable=SC2317  # called by name
fails_with() {
  local want=$1 pattern=$2
  shift 2
  gated "$@" >"$work/out" 2>&1
  [[ $? -eq $want ]] && grep -q "$pattern" "$work/out"
}
ok "a base that is not there" fails_with 2 "gate.sh: no common commit with nowhere" FILTER=equal PERF_BASE=nowhere
ok "a build that fails" fails_with 2 "gate.sh: the base (.*) does not build" FILTER=equal PERF_BUILD=false
ok "a setting that is wrong" fails_with 2 "perfbench: --threshold: 'much'" FILTER=equal PERF_THRESHOLD=much
ok "a setting that is missing" fails_with 2 "PERF_PROGRAM is not set" FILTER=equal PERF_PROGRAM=
ok "nothing is left behind" test -z "$(ls -A "$TMPDIR")"

# The workflow calls what this test has run.
ok "the workflow calls the gate" grep -q "run: scripts/gate.sh" "$source/docs/guides/ci/perfopt.yml"
if /usr/bin/python3 -c "import yaml" 2>/dev/null; then
  ok "the workflow is YAML" /usr/bin/python3 -c "import sys, yaml; yaml.safe_load(open(sys.argv[1]))" \
    "$source/docs/guides/ci/perfopt.yml"
else
  skip "reading the workflow as YAML: no python3-yaml"
fi
finish
