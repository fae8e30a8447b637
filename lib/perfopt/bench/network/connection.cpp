// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/connection.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <string>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr timeval kPatience{5, 0};

}  // namespace

Connection::Connection(Link& link, UniqueFd socket) : link_(&link), socket_(std::move(socket)) {
  for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
    if (::setsockopt(fd(), SOL_SOCKET, option, &kPatience, sizeof kPatience) != 0) throw_errno("set a time limit");
  }
  set(TCP_NODELAY, 1);
  const auto* const address = reinterpret_cast<const sockaddr*>(&link.server());
  if (::connect(fd(), address, sizeof link.server()) != 0) throw_failed("connect to");
}

// By errno, of a call on a socket with a time limit.
void Connection::throw_failed(const char* what) {
  const int error = errno == EAGAIN || errno == EINPROGRESS ? ETIMEDOUT : errno;
  wait_for_death(*link_);
  throw SystemError(error, std::string(what) + " the server of the link");
}

void Connection::set(int option, int value) {
  if (::setsockopt(fd(), IPPROTO_TCP, option, &value, sizeof value) != 0) throw_errno("set an option of TCP");
}

void Connection::send(std::span<const std::byte> bytes, int flags) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd(), bytes.data(), bytes.size(), flags | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw_failed("send to");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

void Connection::send(std::span<iovec> parts, int flags) {
  while (!parts.empty()) {
    msghdr message{};
    message.msg_iov = parts.data();
    message.msg_iovlen = std::min<std::size_t>(parts.size(), IOV_MAX);
    ssize_t sent = ::sendmsg(fd(), &message, flags | MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw_failed("send to");
    auto left = static_cast<std::size_t>(sent);
    while (!parts.empty() && left >= parts.front().iov_len) {
      left -= parts.front().iov_len;
      parts = parts.subspan(1);
    }
    if (left == 0) continue;
    parts.front().iov_base = static_cast<char*>(parts.front().iov_base) + left;
    parts.front().iov_len -= left;
  }
}

std::size_t Connection::receive_some(std::span<std::byte> into) {
  for (;;) {
    const ssize_t got = ::recv(fd(), into.data(), into.size(), 0);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) errno = ECONNRESET;
    throw_failed("receive from");
  }
}

void Connection::receive(std::span<std::byte> into) {
  while (!into.empty()) into = into.subspan(receive_some(into));
}

void Connection::open(const Hello& hello) {
  send(std::as_bytes(std::span(&hello, 1)));
  (void)acknowledgement();
}

Acknowledgement Connection::acknowledgement() {
  Acknowledgement result;
  receive(std::as_writable_bytes(std::span(&result, 1)));
  return result;
}

}  // namespace perfopt::bench
