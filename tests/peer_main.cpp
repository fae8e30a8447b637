// SPDX-License-Identifier: Apache-2.0
// The main program of tests that start servers, links or ranks: those are this program again.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include "perfopt/bench/peer.hpp"

int main(int argc, char** argv) {
  if (const auto code = perfopt::bench::run_peer(argc, argv)) return *code;
  return doctest::Context(argc, argv).run();
}
