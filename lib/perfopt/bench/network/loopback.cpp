// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/loopback.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <span>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

UniqueFd make_socket() {
  UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw_errno("make a socket");
  return socket;
}

void send_all(int socket, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw_errno("send over loopback");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

std::size_t receive_some(int socket, std::span<std::byte> into) {
  for (;;) {
    const ssize_t got = ::recv(socket, into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = ECONNRESET;
    throw_errno("receive over loopback");
  }
}

}  // namespace

Loopback::Loopback() : near_(make_socket()) {
  const UniqueFd listener = make_socket();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener.get(), any, size) != 0 || ::listen(listener.get(), 1) != 0 ||
      ::getsockname(listener.get(), any, &size) != 0 || ::connect(near_.get(), any, size) != 0) {
    throw_errno("connect over loopback");
  }
  far_.reset(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!far_) throw_errno("accept over loopback");
  for (const int socket : {near_.get(), far_.get()}) {
    const int on = 1;
    const timeval patience{5, 0};
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }
}

void Loopback::stream(std::size_t bytes, std::size_t piece_bytes) const {
  auto receiver = std::async(std::launch::async, [&] {
    std::vector<std::byte> piece(piece_bytes);
    for (std::size_t left = bytes; left > 0;)
      left -= receive_some(far_.get(), std::span(piece).first(std::min(left, piece_bytes)));
    send_all(far_.get(), std::span(piece).first(1));
  });
  std::vector<std::byte> piece(piece_bytes);
  for (std::size_t left = bytes; left > 0; left -= std::min(left, piece_bytes)) {
    send_all(near_.get(), std::span(piece).first(std::min(left, piece_bytes)));
  }
  (void)receive_some(near_.get(), std::span(piece).first(1));
  receiver.get();
}

void Loopback::round_trips(int count) const {
  auto other = std::async(std::launch::async, [&] {
    std::byte byte{};
    for (int i = 0; i < count; ++i) {
      (void)receive_some(far_.get(), {&byte, 1});
      send_all(far_.get(), {&byte, 1});
    }
  });
  std::byte byte{};
  for (int i = 0; i < count; ++i) {
    send_all(near_.get(), {&byte, 1});
    (void)receive_some(near_.get(), {&byte, 1});
  }
  other.get();
}

}  // namespace perfopt::bench
