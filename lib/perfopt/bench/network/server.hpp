// SPDX-License-Identifier: Apache-2.0
// The server of the network category: one thread, one epoll loop, the protocols of protocol.hpp on one port.
//
// Hashing and forgetting happen on request over the control connection, outside what is timed.
//   internal to the network category
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "perfopt/bench/network/control.hpp"
#include "perfopt/bench/network/protocol.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/optim/network/frame.hpp"

namespace perfopt::bench {

class Server {
 public:
  using MakeSockets = std::function<std::vector<UniqueFd>(std::uint64_t count)>;

  // `listener`: a listening TCP socket. `make_sockets`: answers the request for sockets of the client's namespace.
  Server(UniqueFd listener, int control, MakeSockets make_sockets);
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server();

  // Until the other end of the control connection is closed.
  void run();

  // What it has received. Its clients and the map hold it.
  struct Session {
    bool is_stream = false;
    std::vector<std::byte> content;
    void forget();
  };

 private:
  class Client;
  void accept_clients();
  void serve(int fd, std::uint32_t events);
  void watch(int fd, std::uint32_t events, bool is_new) const;
  bool answer_control();
  std::string answer(const ControlMessage& request);
  void run_program(std::string_view words);
  std::shared_ptr<Session> open_session(const Hello& hello);
  std::string digests(std::uint64_t session, std::uint64_t piece) const;

  UniqueFd listener_;
  int control_;
  MakeSockets make_sockets_;
  UniqueFd epoll_;
  std::vector<std::byte> buffer_;
  std::unordered_map<int, std::unique_ptr<Client>> clients_;
  std::unordered_map<std::uint64_t, std::shared_ptr<Session>> sessions_;
  std::vector<optim::Dictionary> dictionaries_;
  std::optional<Process> program_;
};

}  // namespace perfopt::bench
