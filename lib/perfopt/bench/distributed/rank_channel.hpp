// SPDX-License-Identifier: Apache-2.0
// The socket between the measuring process and the first rank: a file in a directory of ours, so only we can reach it,
// and closed by the kernel when either side ends.
//
//   errors   SystemError; Unavailable when the other side is silent for longer than allowed
//
//   internal
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>

#include "perfopt/bench/distributed/rank_command.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::bench {

class RankChannel {
 public:
  explicit RankChannel(UniqueFd socket) : socket_(std::move(socket)) {}

  // The rank's side: to the listener in `directory`.
  [[nodiscard]] static RankChannel connect(const std::filesystem::path& directory);

  void send(const RankCommand& command);
  void send(const RankReply& reply);
  // Empty when the other side has closed.
  [[nodiscard]] std::optional<RankCommand> receive_command();
  [[nodiscard]] std::optional<RankReply> receive_reply(double seconds);

 private:
  [[nodiscard]] bool receive(std::span<std::byte> into, double seconds);
  void write(std::span<const std::byte> bytes);

  UniqueFd socket_;
};

// The measuring process's side.
class RankListener {
 public:
  explicit RankListener(const std::filesystem::path& directory);
  // Waits for the rank; empty as soon as `given_up` says so, or after `seconds`.
  [[nodiscard]] std::optional<RankChannel> accept(double seconds, const std::function<bool()>& given_up);

 private:
  UniqueFd socket_;
};

}  // namespace perfopt::bench
