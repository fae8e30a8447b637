// SPDX-License-Identifier: Apache-2.0
// A link to a server of ours, as a service: its variant is the name of a profile (profile.hpp).
//
// A peer process holds the server and the link. The client's sockets are made by it too, in the client's network
// namespace: a socket keeps the namespace that it was made in, so that the measuring program itself stays outside. The
// link is made by the first of these rungs that this machine allows; conditions() says which, and why not the others:
//   1 tun    packets are carried by a process between two TUN devices: delay, rate and loss
//   2 veth   a pair of virtual devices with a token bucket: rate only
//   3 plain  loopback, which is the first choice for the profile "loopback"
// Nothing of it has a name or outlives the peer, which dies with the measuring program.
//
//   errors   Unavailable when not even plain loopback can be had; SystemError ECONNRESET when the peer has died
//   internal to the network category
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perfopt/bench/network/control.hpp"
#include "perfopt/bench/network/profile.hpp"
#include "perfopt/bench/services.hpp"
#include "perfopt/core/process.hpp"
#include "perfopt/optim/network/frame.hpp"

namespace perfopt::bench {

class Link final : public Service {
 public:
  Link(const ServiceContext& context, const std::string& variant);

  [[nodiscard]] std::string death() override;

  [[nodiscard]] const std::string& conditions() const { return conditions_; }
  // Bytes a second each way, of what is emulated; 0 on plain loopback.
  [[nodiscard]] double bytes_per_s() const { return is_plain_ ? 0 : profile_.bytes_per_s; }
  [[nodiscard]] double round_trip_s() const { return is_delayed_ ? profile_.round_trip_s : 0; }
  [[nodiscard]] const sockaddr_in& server() const { return server_; }
  [[nodiscard]] unsigned connections() const { return connections_; }
  [[nodiscard]] pid_t pid() const { return process_->pid(); }

  // TCP sockets of the client's end, not yet connected.
  [[nodiscard]] std::vector<UniqueFd> sockets(std::size_t count);

  // What the server holds of a session.
  [[nodiscard]] std::uint64_t new_session() { return ++sessions_; }
  void forget(std::uint64_t session);
  void close(std::uint64_t session) noexcept;
  [[nodiscard]] std::vector<std::uint64_t> digests(std::uint64_t session, std::size_t piece_bytes);
  void use(const optim::Dictionary& dictionary);  // for sessions that are opened afterwards

  // A program beside the server, in its namespace; it dies with the peer. One at a time.
  void run_program(const std::vector<std::string>& words);
  [[nodiscard]] std::string program_end();  // "" while it runs

 private:
  [[nodiscard]] std::string start(const char* rung);
  [[nodiscard]] std::string ask(ControlOp op, std::string_view body = {});

  const LinkProfile& profile_;
  unsigned connections_;
  UniqueFd control_;
  std::optional<Process> process_;
  sockaddr_in server_{};
  bool is_plain_ = false;
  bool is_delayed_ = false;
  std::string conditions_;
  std::uint64_t sessions_ = 0;
};

// To be called where a connection to a service broke, before that is reported: the end of its process is known a little
// later than its connections break. Returns when it is known, or after 200 ms.
void wait_for_death(Service& service);

}  // namespace perfopt::bench
