// SPDX-License-Identifier: Apache-2.0
// A blocking TCP connection of a client over a link.
//
//   errors   SystemError; ECONNRESET when the other side has ended it, ETIMEDOUT after 5 s without an answer: behind an
//            emulated link nothing else tells that the server is gone
//   internal to the network category
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <span>
#include <string_view>

#include "perfopt/bench/network/link.hpp"
#include "perfopt/bench/network/protocol.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::bench {

class Connection {
 public:
  // Connects one of link.sockets() to the link's server; Nagle's algorithm is off.
  Connection(Link& link, UniqueFd socket);

  void send(std::span<const std::byte> bytes, int flags = 0);
  void send(std::string_view text) { send(std::as_bytes(std::span(text))); }
  // One system call where the socket takes all of it; the parts are changed.
  void send(std::span<iovec> parts, int flags = 0);
  [[nodiscard]] std::size_t receive_some(std::span<std::byte> into);
  void receive(std::span<std::byte> into);

  // Opens a session of this traffic and waits until the server is ready for it.
  void open(const Hello& hello);
  [[nodiscard]] Acknowledgement acknowledgement();

  void set(int option, int value);  // of TCP
  [[nodiscard]] int fd() const { return socket_.get(); }

 private:
  [[noreturn]] void throw_failed(const char* what);

  Link* link_;
  UniqueFd socket_;
};

}  // namespace perfopt::bench
