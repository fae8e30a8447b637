// SPDX-License-Identifier: Apache-2.0
// Small HTTP/1.1 requests one after another: over a connection each, over one that is kept, over a pool of several
// threads, or sent ahead. One problem a link; its file gives it the number of requests that keeps a run short.
//
// Opening connections is within the time, also for those that are kept: run() starts with none.
//
//   size    bytes of a response's body
//   check   each body is what follows from the seed of its request, by definition
//   limit   round trips of one byte on loopback; none where the link is emulated
//   source  RFC 9112, 9.3 (persistence) and 9.3.2 (pipelining)
//   internal to the network category
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

enum class Requesting { connection_each, keep_alive, pool, pipelined };

[[nodiscard]] std::unique_ptr<Workload> make_requests(Requesting requesting, std::string_view profile,
                                                      std::size_t requests, const Setup& setup);

// Profile: the name of a link, as an array with static storage; kRequests: a run's.
template <const char* kProfile, std::size_t kRequests>
struct RequestsOver {
  template <Requesting kRequesting>
  static std::unique_ptr<Workload> make(const Setup& setup) {
    return make_requests(kRequesting, kProfile, kRequests, setup);
  }

  static constexpr Strategy kStrategies[] = {
      {"connection_each", Level::baseline, "a new connection for each request", "", "",
       make<Requesting::connection_each>},
      {"keep_alive", Level::conservative, "one connection for all requests", "", "", make<Requesting::keep_alive>},
      {"pool", Level::balanced, "several threads share the connections of optim::ConnectionPool", "",
       "a connection and a thread for each request under way", make<Requesting::pool>},
      {"pipelined", Level::balanced, "all requests sent before the first response is read", "",
       "only for requests that may be repeated: which ones were served is not known after a failure",
       make<Requesting::pipelined>},
  };

  static double memory_bytes(std::size_t size) { return static_cast<double>(size * kRequests) * 3 + 4e6; }
  static double file_bytes(std::size_t) { return 0; }

  static constexpr Problem problem(std::string_view name, std::string_view title, std::span<const Size> sizes,
                                   double weight = 1) {
    return {.category = "network",
            .name = name,
            .title = title,
            .unit = "bytes",
            .bytes_per_unit = 1,
            .squared = false,
            .max_size = 4 << 20,
            .sizes = sizes,
            .strategies = kStrategies,
            .memory_bytes = memory_bytes,
            .file_bytes = file_bytes,
            .weight = weight,
            .one_cpu = std::string_view(kProfile) == "loopback"};
  }
};

}  // namespace perfopt::bench
