// SPDX-License-Identifier: Apache-2.0
// Two ends of one TCP connection over 127.0.0.1 in this process, each for a thread: what loopback can do at the most.
//
//   errors   SystemError; a thread that waits for a failed other one is told after 5 s
//   internal to the limits and to the network category
#pragma once

#include <cstddef>

#include "perfopt/core/file.hpp"

namespace perfopt::bench {

class Loopback {
 public:
  Loopback();

  // `bytes` in pieces from one end to the other, which says when it has them all.
  void stream(std::size_t bytes, std::size_t piece_bytes) const;
  // A byte there and back, so many times.
  void round_trips(int count) const;

 private:
  UniqueFd near_;
  UniqueFd far_;
};

}  // namespace perfopt::bench
