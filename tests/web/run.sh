#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Tests the pages in a browser: tests/web/run.sh MODULES PERFVIZ OUTPUT
#
#   MODULES   folder with the node_modules of templates/web/package-lock.json
#   PERFVIZ   the program that makes the pages
#   OUTPUT    folder for the pages, their pictures and PDFs, for people to look at
#
# Exit code: 0 passed, or skipped for a reason told; 1 failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
[[ $# -eq 3 ]] || { sed -n '3,9s/^# \{0,1\}//p' "$0"; exit 2; }
command -v chromium >/dev/null || { echo "skipped: no chromium here (scripts/packages test)"; exit 0; }
mkdir -p "$3"
PERFOPT_WEB_MODULES=$1 PERFOPT_PERFVIZ=$2 PERFOPT_WEB_OUTPUT=$3 node run.mjs
