#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Did this change make it slower? Builds the base and the change, measures both in turns on one core, and tells CI.
#
# Run it at the top of a clean checkout of the change. Settings, from the environment:
#   PERF_BUILD      builds one checkout; run by sh in its top directory        (must be set)
#   PERF_PROGRAM    the Google Benchmark program that this makes, with its arguments, relative to that directory
#                                                                              (must be set)
#   PERF_BASE       commit or branch that the change goes to                   origin/main
#   PERF_THRESHOLD  margin within which two are the same                       2%
#   PERF_MAX_TIME   for all benchmarks together                                120s
#   PERF_FAIL_ON    verdicts that fail the job                                 slower,missing
#   PERF_REPORTS    directory for what is written                              perf-reports
# Exit code: that of `perfbench compare`: 0 not slower; 1 slower, or a side crashed or gave another output; 2 a setting
# is wrong or a build failed; 3 this machine lacks something.
set -eu

wrong() {
  echo "gate.sh: $1" >&2
  exit 2
}
[ -n "${PERF_BUILD:-}" ] || wrong "PERF_BUILD is not set: name the command that builds"
[ -n "${PERF_PROGRAM:-}" ] || wrong "PERF_PROGRAM is not set: name the benchmark program, such as build/bench"
base=${PERF_BASE:-origin/main}
reports=${PERF_REPORTS:-perf-reports}

# Where the change left the base: what others merged since then is not this change's doing.
commit=$(git merge-base HEAD "$base") || wrong "no common commit with $base; fetch it, with its history"
checkout=$(mktemp -d)
trap 'git worktree remove --force "$checkout/base" 2>/dev/null || true; rm -rf "$checkout"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
git worktree add --quiet --detach "$checkout/base" "$commit"

# The same command with the same flags, one after the other: a difference of the build is no difference of the code.
(cd "$checkout/base" && sh -c "$PERF_BUILD") || wrong "the base ($commit) does not build"
sh -c "$PERF_BUILD" || wrong "the change does not build"

mkdir -p "$reports"
set -- --run "'$checkout/base/'$PERF_PROGRAM" "./$PERF_PROGRAM" \
  --threshold "${PERF_THRESHOLD:-2%}" --max-time "${PERF_MAX_TIME:-120s}" --fail-on "${PERF_FAIL_ON:-slower,missing}" \
  --junit "$reports/junit.xml" --markdown "$reports/comment.md" --sarif "$reports/perf.sarif" \
  --output "$reports/comparison.json"
if [ "${GITHUB_ACTIONS:-}" = true ]; then set -- "$@" --github; fi
code=0
perfbench compare "$@" || code=$?
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$reports/comment.md" ]; then
  cat "$reports/comment.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
