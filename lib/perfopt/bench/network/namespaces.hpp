// SPDX-License-Identifier: Apache-2.0
// Two network namespaces, the client's and the server's, and what joins them: TUN devices for an emulator, or a veth
// pair with a token bucket. They have no names and end with the last process and socket in them.
//
// Needs CAP_SYS_ADMIN, or user namespaces that a plain user may make. To be made before any thread is started.
//   errors   Unavailable with the call that was refused and why
//   internal to the network category
#pragma once

#include <netinet/in.h>

#include <functional>

#include "perfopt/core/file.hpp"

namespace perfopt::bench {

inline constexpr int kLinkMtu = 9000;  // bytes: jumbo frames, so that 1 Gbit/s is few enough packets for one core

class Namespaces {
 public:
  // The calling thread, and what it starts, is in the server's afterwards.
  Namespaces();

  // Runs `call` in the client's.
  void in_client(const std::function<void()>& call);

  struct Devices {
    UniqueFd client;
    UniqueFd server;
  };
  // A TUN device in each; what is sent into one can be read from its descriptor and vice versa.
  [[nodiscard]] Devices make_tuns();

  // Joins them by a veth pair, each way at this rate by TBF. Needs ip and tc.
  void join_by_veth(double bytes_per_s);

  [[nodiscard]] static in_addr client_address();
  [[nodiscard]] static in_addr server_address();

 private:
  UniqueFd client_;
  UniqueFd server_;
};

}  // namespace perfopt::bench
