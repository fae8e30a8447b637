#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Does every relative link of our Markdown pages lead to a file that is there?
#
#   tests/links.sh DIRECTORY    one line a broken link; exit code 1 if there is any
set -euo pipefail
cd "${1:?tests/links.sh DIRECTORY}"

broken=0
while IFS=: read -r page link; do
  target=${link#*](}
  target=${target%)}
  target=${target%%#*}
  if [[ -n $target && ! -e $(dirname "$page")/$target ]]; then
    echo "$page: $target is not there"
    broken=1
  fi
done < <(find . -path ./build -prune -o -name '*.md' -print0 |
  xargs -0 grep -oE '\]\([^):]+\)' --with-filename)
exit "$broken"
