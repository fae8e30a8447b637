#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Does every file of lib/perfopt/ include only the modules that its own may include?
#
#   tests/layers.sh DIRECTORY    the lib/perfopt to look at; one line a violation; exit code 1 if there is any
#
# The table is that of docs/architecture.md. nlohmann/json.hpp is for those modules alone that map documents to JSON.
set -euo pipefail
cd "${1:?tests/layers.sh DIRECTORY}"

# shellcheck disable=SC2016  # the program is awk's
find . \( -name '*.hpp' -o -name '*.cpp' -o -name '*.in' \) -printf '%P\n' | sort | xargs awk '
  BEGIN {
    allowed["core"] = ""
    allowed["model"] = allowed["optim"] = "core"
    allowed["stats"] = allowed["host"] = "core model"
    allowed["store"] = "core model optim"
    allowed["bench"] = "core model stats optim host"
    allowed["prof"] = allowed["monitor"] = "core model stats host"
    allowed["advise"] = allowed["report"] = "core model stats"
    allowed["serve"] = "core model store report"
    allowed["cli"] = "core model store"
    json = " model store serve "
  }
  function wrong(what) { print FILENAME ":" FNR ": " what; bad = 1 }
  FNR == 1 {
    module = FILENAME
    sub("/.*", "", module)
    if (!(module in allowed)) wrong("module " module " is not in the table of tests/layers.sh")
  }
  match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+/) {
    path = substr($0, RSTART, RLENGTH)
    sub(/^[^<"]*[<"]/, "", path)
    if (path ~ /^nlohmann\// && index(json, " " module " ") == 0) wrong(module " must not include " path)
    if (path ~ /^\.\.?\//) wrong("relative include " path "; write perfopt/module/file.hpp")
    if (path !~ /^perfopt\//) next
    split(path, part, "/")
    if (part[2] != module && index(" " allowed[module] " ", " " part[2] " ") == 0)
      wrong(module " must not include " path)
  }
  END { exit bad }
'
