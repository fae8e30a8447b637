#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What is installed is enough: for find_package, for pkg-config, for a person at a shell, and as Debian packages.
#
#   tests/install_test.sh BUILD_DIRECTORY SOURCE_DIRECTORY C++_COMPILER
set -euo pipefail
build=$1
source=$2
compiler=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
  echo "install: $*" >&2
  exit 1
}

installs_and_moves() {
  cmake --install "$build" --prefix "$scratch/first" >"$scratch/install.log" || fail "$(cat "$scratch/install.log")"
  mv "$scratch/first" "$scratch/prefix"  # a prefix that is written into a file would now be wrong
}

consumer_finds_the_package() {
  cmake -G Ninja -S "$source/tests/install/consumer" -B "$scratch/consumer" -DCMAKE_CXX_COMPILER="$compiler" \
    -DCMAKE_PREFIX_PATH="$scratch/prefix" >"$scratch/configure.log" 2>&1 || fail "$(cat "$scratch/configure.log")"
  cmake --build "$scratch/consumer" >"$scratch/build.log" 2>&1 || fail "$(cat "$scratch/build.log")"
  [[ $("$scratch/consumer/consumer") == *sorted ]] || fail "the consumer by find_package gave a wrong answer"
  if [[ -e $scratch/consumer/parts ]]; then
    [[ $("$scratch/consumer/parts") == *": stored" ]] || fail "the consumer of database and distributed gave a wrong answer"
  elif [[ -n $(find "$scratch/prefix" -name PerfoptTargets_database.cmake) ]]; then
    fail "the installed parts database and distributed were not found"
  fi
  if cmake -G Ninja -S "$source/tests/install/consumer" -B "$scratch/none" >"$scratch/none.log" 2>&1; then
    fail "the consumer found some other Perfopt: $(grep Perfopt_DIR "$scratch/none/CMakeCache.txt")"
  fi
}

# The installed main makes a user's benchmarks comparable in slices, allocations counted.
consumer_is_compared() {
  local cases=$scratch/consumer/cases
  [[ $("$cases" --benchmark_list_tests=true) == fill ]] || fail "the consumer's benchmarks are not listed"
  "$scratch/prefix/bin/perfbench" compare --run "$cases" "$cases" --threshold 50% --max-time 20s --quiet \
    --output "$scratch/comparison.json" || fail "the consumer's benchmarks are not compared"
  grep -q 'google-benchmark, in slices' "$scratch/comparison.json" || fail "the consumer's benchmarks are not sliced"
  grep -q '"source": "malloc"' "$scratch/comparison.json" || fail "the consumer's allocations are not counted"
}

consumer_uses_pkg_config() {
  local flags
  export PKG_CONFIG_PATH
  PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name perfopt.pc)")
  flags=$(pkg-config --cflags --libs perfopt)
  # shellcheck disable=SC2086  # the flags are several words
  "$compiler" -std=c++20 "$source/tests/install/consumer/main.cpp" $flags -o "$scratch/by_pkg_config"
  [[ $("$scratch/by_pkg_config") == *sorted ]] || fail "the consumer by pkg-config gave a wrong answer"
}

# A program prints its version and has a manual page that man can show and completions that their shells can read.
programs_are_documented() {
  local program name share=$scratch/prefix/share
  for program in "$scratch"/prefix/bin/*; do
    name=$(basename "$program")
    [[ $("$program" --version) == *[0-9].[0-9]* ]] || fail "$name --version says nothing"
    bash -n "$share/bash-completion/completions/$name"
    if command -v zsh >/dev/null; then zsh -n "$share/zsh/vendor-completions/_$name"; fi
    if command -v fish >/dev/null; then fish --no-execute "$share/fish/vendor_completions.d/$name.fish"; fi
    if command -v man >/dev/null; then
      local warnings
      warnings=$(MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$share/man/man1/$name.1" 2>&1 >/dev/null)
      [[ -z $warnings ]] || fail "manual page of $name: $warnings"
    fi
  done
  [[ -n ${name:-} ]] || fail "no program is installed"
  [[ -f $share/perfopt/optimization_config.json ]] || fail "no configuration is installed"
}

debian_packages_are_whole() {
  command -v dpkg-shlibdeps >/dev/null || { echo "install: no dpkg-dev here, packages not looked at"; return 0; }
  (cd "$build" && cpack -G DEB -B "$scratch/debs" >"$scratch/cpack.log" 2>&1) || fail "$(cat "$scratch/cpack.log")"
  local programs development
  programs=$(echo "$scratch"/debs/perfopt_*.deb)
  development=$(echo "$scratch"/debs/libperfopt-dev_*.deb)
  [[ $(dpkg-deb -f "$programs" Depends) == *libc6*libstdc++6* ]] || fail "perfopt's Depends: lacks the C++ library"
  [[ $(dpkg-deb -f "$development" Depends) == *libtbb-dev* ]] || fail "libperfopt-dev's Depends: lacks libtbb-dev"
  dpkg-deb -x "$programs" "$scratch/root"
  dpkg-deb -x "$development" "$scratch/root"
  [[ $("$scratch/root/usr/bin/perfbench" --version) == *[0-9].[0-9]* ]] || fail "the packaged perfbench does not run"
  [[ -f $scratch/root/usr/include/perfopt/optim/timing/measure.hpp ]] || fail "the packaged headers are not there"
}

for step in installs_and_moves consumer_finds_the_package consumer_is_compared consumer_uses_pkg_config programs_are_documented \
  debian_packages_are_whole; do
  "$step"
  echo "install: ${step//_/ }"
done
