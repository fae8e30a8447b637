#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# tests/layers.sh accepts our sources, and refuses each kind of violation planted into a copy of them.
#
#   tests/layers_test.sh SOURCE_DIRECTORY
set -euo pipefail
source=${1:?tests/layers_test.sh SOURCE_DIRECTORY}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

bash "$source/tests/layers.sh" "$source/lib/perfopt"

# refuses FILE LINE MESSAGE: with LINE added to FILE, layers.sh fails and says MESSAGE.
refuses() {
  rm -rf "$scratch/perfopt"
  cp -r "$source/lib/perfopt" "$scratch/perfopt"
  mkdir -p "$(dirname "$scratch/perfopt/$1")"
  echo "$2" >>"$scratch/perfopt/$1"
  local said
  if said=$(bash "$source/tests/layers.sh" "$scratch/perfopt"); then
    echo "not refused: $2 in $1" >&2
    exit 1
  fi
  if [[ $said != *"$1:"*"$3"* ]]; then
    echo "refused $2 in $1, but said: $said" >&2
    exit 1
  fi
}

refuses core/units.hpp '#include "perfopt/model/suite.hpp"' "core must not include perfopt/model/suite.hpp"
refuses optim/planted.cpp '#include "perfopt/bench/runner.hpp"' "optim must not include perfopt/bench/runner.hpp"
refuses report/planted.hpp '  #  include <perfopt/store/file.hpp>' "report must not include perfopt/store/file.hpp"
refuses stats/planted.cpp '#include <nlohmann/json.hpp>' "stats must not include nlohmann/json.hpp"
refuses bench/integrity.cpp '#include "../model/suite.hpp"' "relative include"
refuses surprise/planted.hpp '#pragma once' "module surprise is not in the table"
echo "layers: our sources pass, 6 planted violations are refused"
