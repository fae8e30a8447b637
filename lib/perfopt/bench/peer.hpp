// SPDX-License-Identifier: Apache-2.0
// The other side of a measurement: this same program started again as a server, as a link or as a rank.
//
// A program that runs the network or distributed category calls run_peer() first thing in main(), before any thread is
// started. Another of itself is started with peer_command(): `<own file> --peer ROLE WORDS...`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::bench {

// Empty when these are not the arguments of a peer; else it has run to its end and the value is its exit code. Errors
// go to standard error as one line.
[[nodiscard]] std::optional<int> run_peer(int argc, char** argv);

// What starts another of this program in that role.
[[nodiscard]] std::vector<std::string> peer_command(std::string_view role, std::vector<std::string> words);

// A role: its arguments are those after ROLE. The catalogue of roles is in CMakeLists.txt, as that of problems.
using Peer = int (*)(const std::vector<std::string>& words);
struct PeerRole {
  std::string_view name;
  Peer run;
};

}  // namespace perfopt::bench
