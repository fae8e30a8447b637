// SPDX-License-Identifier: Apache-2.0
// The network peer: the server side of a link, and the link itself. Words: the rung, the profile, the descriptor of the
// control connection (control.hpp).
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>
#include <string>
#include <vector>

#include "perfopt/bench/network/control.hpp"
#include "perfopt/bench/network/emulator.hpp"
#include "perfopt/bench/network/namespaces.hpp"
#include "perfopt/bench/network/profile.hpp"
#include "perfopt/bench/network/server.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr std::uint64_t kLossSeed = 20;
constexpr int kBacklog = 1024;

UniqueFd tcp_socket() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw_errno("make a socket");
  return socket;
}

std::vector<UniqueFd> tcp_sockets(std::uint64_t count) {
  std::vector<UniqueFd> sockets;
  for (std::uint64_t i = 0; i < count; ++i) sockets.push_back(tcp_socket());
  return sockets;
}

UniqueFd listen_at(sockaddr_in& address) {
  UniqueFd socket = tcp_socket();
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket.get(), any, size) != 0 || ::listen(socket.get(), kBacklog) != 0 ||
      ::getsockname(socket.get(), any, &size) != 0) {
    throw_errno("listen");
  }
  return socket;
}

void serve(const std::string& rung, const LinkProfile& profile, int control) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::optional<Namespaces> namespaces;
  std::optional<Emulator> emulator;
  if (rung != "plain") {
    namespaces.emplace();
    address.sin_addr = Namespaces::server_address();
  }
  if (rung == "veth") namespaces->join_by_veth(profile.bytes_per_s);
  if (rung == "tun") {
    auto devices = namespaces->make_tuns();
    emulator.emplace(profile, std::move(devices.client), std::move(devices.server), kLossSeed);
  }
  UniqueFd listener = listen_at(address);
  send_control(control, ControlOp::ready, pack(address));
  Server(std::move(listener), control, [&](std::uint64_t count) {
    std::vector<UniqueFd> sockets;
    if (!namespaces) return tcp_sockets(count);
    namespaces->in_client([&] { sockets = tcp_sockets(count); });
    return sockets;
  }).run();
}

}  // namespace

int network_peer(const std::vector<std::string>& words) {
  if (words.size() != 3) throw BadInput("needs a rung, a profile and a descriptor");
  const UniqueFd control(std::stoi(words[2]));
  try {
    serve(words[0], link_profile(words[1]), control.get());
  } catch (const Error& error) {
    send_control(control.get(), ControlOp::failed, error.what());
    return static_cast<int>(error.code());
  }
  return 0;
}

}  // namespace perfopt::bench
