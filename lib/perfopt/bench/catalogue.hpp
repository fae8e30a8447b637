// SPDX-License-Identifier: Apache-2.0
// Every problem that this build knows, in the order of the catalogue in CMakeLists.txt.
#pragma once

#include <span>

#include "perfopt/bench/peer.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

[[nodiscard]] std::span<const Problem* const> catalogue();

// Every role that this build can play as a peer.
[[nodiscard]] std::span<const PeerRole> peer_roles();

}  // namespace perfopt::bench
