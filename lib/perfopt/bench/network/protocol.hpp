// SPDX-License-Identifier: Apache-2.0
// What the clients of the network category say to our server over the measured connections.
//
// A connection starts with "GET ", and is HTTP/1.1 then (`GET /bytes/N?seed=S`: N bytes that follow from S), or with a
// Hello that names a session. The server answers a Hello with an Acknowledgement when it is ready, keeps what the
// session receives, in order, and tells its digests over the control connection when it is asked afterwards.
//   units    a UnitHead and its payload, any number of times: messages of equal length end to end, or frames
//            (optim/network/frame.hpp) that hold them. Each unit that asks for it is acknowledged
//   stream   Hello::bytes bytes, acknowledged when the last one is there
//   echo     each byte comes back
//   internal to the network category
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "perfopt/core/random.hpp"

namespace perfopt::bench {

enum class Traffic : std::uint64_t { units = 1, stream = 2, echo = 3 };

struct Hello {
  Traffic traffic = Traffic::units;
  std::uint64_t session = 0;
  std::uint64_t bytes = 0;  // that the session will receive, decompressed
};

struct UnitHead {
  std::uint32_t payload_bytes = 0;
  bool is_framed = false;
  bool wants_acknowledgement = false;
  std::uint16_t unused = 0;
};

struct Acknowledgement {
  std::uint64_t bytes = 0;  // that the session has received, decompressed
};

inline constexpr std::size_t kDigestPiece = std::size_t{64} * 1024;  // of streams, that a difference is looked for in

// What GET /bytes/N?seed=S answers.
[[nodiscard]] inline std::string body_of(std::uint64_t seed, std::size_t bytes) {
  std::string body(bytes, '\0');
  Random random(seed);
  for (std::size_t at = 0; at < bytes; at += sizeof(std::uint64_t)) {
    const std::uint64_t value = random();
    std::memcpy(body.data() + at, &value, std::min(sizeof value, bytes - at));
  }
  return body;
}

}  // namespace perfopt::bench
