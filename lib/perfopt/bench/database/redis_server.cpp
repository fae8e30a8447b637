// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/database/redis_server.hpp"

#include <array>
#include <chrono>
#include <thread>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kStartTime = std::chrono::seconds(10);
constexpr timeval kCallTime{10, 0};
constexpr std::size_t kMostWords = 8;

}  // namespace

RedisServer::RedisServer(const ServiceContext& context, const std::string&) : home_(context, "redis") {
  const std::string socket = home_.path() / "redis.sock";
  Command command;
  command.words = {"redis-server",
                   "--port",
                   "0",
                   "--unixsocket",
                   socket,
                   "--unixsocketperm",
                   "700",
                   "--save",
                   "",
                   "--appendonly",
                   "no",
                   "--maxmemory",
                   "64mb",
                   "--maxmemory-policy",
                   "allkeys-lru",
                   "--dir",
                   home_.path()};
  command.directory = home_.path();
  command.output = home_.path() / "log";
  command.user = home_.user();
  try {
    server_.emplace(command);
  } catch (const SystemError& error) {
    throw Unavailable(std::string("no Redis: ") + error.what());
  }
  connect(socket);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &saved_);
}

RedisServer::~RedisServer() {
  ::sigaction(SIGPIPE, &saved_, nullptr);
}

void RedisServer::connect(const std::string& socket) {
  for (const auto end = Clock::now() + kStartTime;;) {
    connection_.reset(redisConnectUnix(socket.c_str()));
    if (connection_ && connection_->err == 0) break;
    if (const std::string ended = death(); !ended.empty()) throw Unavailable(ended + ": " + home_.last_words("log"));
    if (Clock::now() >= end) throw Unavailable("redis-server did not answer within 10 s");
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  redisSetTimeout(connection_.get(), kCallTime);
}

std::string RedisServer::death() {
  const std::string end = server_->end();
  return end.empty() ? "" : "redis-server " + end;
}

std::optional<std::string> RedisServer::call(std::initializer_list<std::string_view> words) {
  std::array<const char*, kMostWords> texts{};
  std::array<std::size_t, kMostWords> sizes{};
  std::size_t count = 0;
  for (const std::string_view word : words) {
    texts.at(count) = word.data();
    sizes.at(count++) = word.size();
  }
  const std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(
          redisCommandArgv(connection_.get(), static_cast<int>(count), texts.data(), sizes.data())),
      freeReplyObject);
  if (!reply) throw Error(ExitCode::internal, "Redis: " + std::string(connection_->errstr));
  if (reply->type == REDIS_REPLY_ERROR) throw Error(ExitCode::internal, "Redis: " + std::string(reply->str));
  if (reply->type == REDIS_REPLY_NIL) return std::nullopt;
  if (reply->type == REDIS_REPLY_INTEGER) return std::to_string(reply->integer);
  return std::string(reply->str, reply->len);
}

}  // namespace perfopt::bench
