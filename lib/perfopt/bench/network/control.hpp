// SPDX-License-Identifier: Apache-2.0
// What a measuring program and its network peer say to each other beside the measured connections: requests and
// answers over a unix socket, which may carry descriptors.
//
//   errors   SystemError when the other side is gone (ECONNRESET) or a call fails
//   internal to the network category
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/core/file.hpp"

namespace perfopt::bench {

enum class ControlOp : std::uint32_t {
  ready,        // from the peer: "ADDRESS PORT" of its server
  failed,       // from the peer: the reason; as its first message it ends then
  done,         // from the peer: an answer without content, or with what was asked for
  sockets,      // u64 count: as many TCP sockets in the client's namespace
  forget,       // u64 session: what it has received
  close,        // u64 session
  digests,      // u64 session, u64 bytes of a piece: XXH3-64 of each piece of what the session has received
  dictionary,   // bytes, for sessions opened from now on
  run_program,  // words, each ended by a zero byte, of a program to run beside the server
  program_end,  // how that program ended; "" while it runs
};

struct ControlMessage {
  ControlOp op = ControlOp::done;
  std::string body;
  std::vector<UniqueFd> descriptors;
};

void send_control(int socket, ControlOp op, std::string_view body = {}, const std::vector<UniqueFd>& descriptors = {});
[[nodiscard]] ControlMessage receive_control(int socket);

// Values end to end, as bodies hold them.
template <class... T>
[[nodiscard]] std::string pack(const T&... values) {
  std::string body;
  (body.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
  return body;
}
// The index-th of the values that a body holds; 0 where it is shorter.
[[nodiscard]] inline std::uint64_t unpack(std::string_view body, std::size_t index) {
  std::uint64_t value = 0;
  if ((index + 1) * sizeof value <= body.size()) std::memcpy(&value, body.data() + index * sizeof value, sizeof value);
  return value;
}

}  // namespace perfopt::bench
