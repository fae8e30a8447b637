// SPDX-License-Identifier: Apache-2.0
// A Redis server of our own on a unix socket: nothing is stored on disk, 64 MB at most, the least recently used key
// goes first. Stopped and removed with the object; killed by the kernel when we are.
//   errors  Unavailable with the reason
#pragma once

#include <hiredis/hiredis.h>

#include <csignal>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "perfopt/bench/database/server_home.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/process.hpp"

namespace perfopt::bench {

class RedisServer final : public Service {
 public:
  RedisServer(const ServiceContext& context, const std::string& variant);
  ~RedisServer() override;
  [[nodiscard]] std::string death() override;

  // One round trip. The text of a string, an integer or a status; empty for nil. Throws perfopt::Error for a lost
  // connection and for an error that the server answers.
  std::optional<std::string> call(std::initializer_list<std::string_view> words);

 private:
  struct Free {
    void operator()(redisContext* context) const noexcept { redisFree(context); }
  };
  void connect(const std::string& socket);

  struct sigaction saved_{};  // of SIGPIPE, ignored while this lives: hiredis would let it end us with the server
  ServerHome home_;
  std::optional<Process> server_;
  std::unique_ptr<redisContext, Free> connection_;
};

}  // namespace perfopt::bench
