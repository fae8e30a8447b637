// SPDX-License-Identifier: Apache-2.0
// Send JSON records over a link: each acknowledged before the next, in batches, and compressed. One problem a link; its
// file gives it the number of messages that keeps a run short.
//
// All strategies of a batch send all messages of a run in one, with one acknowledgement. The receiver decompresses
// before it acknowledges, so that both ends' work is in the time. The connection is open beforehand, and the dictionary
// of `dictionary`, trained on records of the same service that are not those sent, is known to both ends.
//
//   size    bytes of a message
//   check   the server holds each message, decompressed, in their order
//   limit   the link's rate for the bytes that crossed it (payloads alone), where one is emulated; else one stream over
//           loopback
//   internal to the network category
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

enum class Transfer { acknowledged, batched, batched_lz4, batched_zstd, dictionary, chosen };

[[nodiscard]] std::unique_ptr<Workload> make_transfer(Transfer transfer, std::string_view profile, std::size_t messages,
                                                      const Setup& setup);

// Profile: the name of a link, as an array with static storage; kMessages: a run's.
template <const char* kProfile, std::size_t kMessages>
struct TransferOver {
  template <Transfer kTransfer>
  static std::unique_ptr<Workload> make(const Setup& setup) {
    return make_transfer(kTransfer, kProfile, kMessages, setup);
  }

  static constexpr Strategy kStrategies[] = {
      {"acknowledged", Level::baseline, "a write for each message, which waits for its acknowledgement", "", "",
       make<Transfer::acknowledged>},
      {"batched", Level::balanced, "all messages in one write with one acknowledgement", "",
       "a message waits for its batch, and is acknowledged with it", make<Transfer::batched>},
      {"batched_lz4", Level::balanced, "the batch as lz4 frames of 256 KiB (optim::FrameWriter), sent as they come",
       "lz4", "CPU time at both ends", make<Transfer::batched_lz4>},
      {"batched_zstd", Level::balanced, "the batch as zstd frames of 256 KiB, level 1, sent as they come", "zstd",
       "CPU time at both ends", make<Transfer::batched_zstd>},
      {"dictionary", Level::balanced, "each message a zstd frame of its own with a trained dictionary, in one batch",
       "zstd", "a dictionary that both ends must have", make<Transfer::dictionary>},
      {"auto", Level::balanced, "stored, lz4 or zstd, by optim::rank_codecs() for this link and data", "",
       "a measurement beforehand", make<Transfer::chosen>},
  };

  static double memory_bytes(std::size_t size) { return static_cast<double>(size * kMessages) * 6 + 4e6; }
  static double file_bytes(std::size_t) { return 0; }

  static constexpr Problem problem(std::string_view name, std::string_view title, std::span<const Size> sizes,
                                   double weight = 1) {
    return {.category = "network",
            .name = name,
            .title = title,
            .unit = "bytes",
            .bytes_per_unit = 1,
            .squared = false,
            .max_size = 1 << 20,
            .sizes = sizes,
            .strategies = kStrategies,
            .memory_bytes = memory_bytes,
            .file_bytes = file_bytes,
            .weight = weight,
            .one_cpu = std::string_view(kProfile) == "loopback"};
  }
};

}  // namespace perfopt::bench
