// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/control.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kMostDescriptors = 128;  // in one message; the kernel takes 253
constexpr std::size_t kMostBodyBytes = std::size_t{64} << 20;

struct Head {
  ControlOp op;
  std::uint32_t descriptors;
  std::uint64_t body_bytes;
};

union Ancillary {
  cmsghdr align;
  std::array<char, CMSG_SPACE(kMostDescriptors * sizeof(int))> bytes;
};

[[noreturn]] void throw_gone() {
  throw SystemError(ECONNRESET, "the network peer");
}

void send_bytes(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) throw_gone();
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void receive_bytes(int socket, char* into, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::recv(socket, into, size, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw_gone();
    into += got;
    size -= static_cast<std::size_t>(got);
  }
}

}  // namespace

void send_control(int socket, ControlOp op, std::string_view body, const std::vector<UniqueFd>& descriptors) {
  Head head{op, static_cast<std::uint32_t>(descriptors.size()), body.size()};
  iovec part{&head, sizeof head};
  Ancillary ancillary{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    if (descriptors.size() > kMostDescriptors) throw Error(ExitCode::internal, "too many descriptors in a message");
    message.msg_control = ancillary.bytes.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size() * sizeof(int));
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size() * sizeof(int));
    std::vector<int> numbers;
    for (const UniqueFd& one : descriptors) numbers.push_back(one.get());
    std::memcpy(CMSG_DATA(rights), numbers.data(), numbers.size() * sizeof(int));
  }
  if (::sendmsg(socket, &message, MSG_NOSIGNAL) != sizeof head) throw_gone();
  send_bytes(socket, body);
}

ControlMessage receive_control(int socket) {
  Head head{};
  iovec part{&head, sizeof head};
  Ancillary ancillary{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = ancillary.bytes.data();
  message.msg_controllen = ancillary.bytes.size();
  ssize_t got = 0;
  do {
    got = ::recvmsg(socket, &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
  } while (got < 0 && errno == EINTR);
  if (got != sizeof head || head.body_bytes > kMostBodyBytes) throw_gone();
  ControlMessage result;
  result.op = head.op;
  for (cmsghdr* one = CMSG_FIRSTHDR(&message); one != nullptr; one = CMSG_NXTHDR(&message, one)) {
    if (one->cmsg_type != SCM_RIGHTS) continue;
    std::vector<int> numbers((one->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    std::memcpy(numbers.data(), CMSG_DATA(one), numbers.size() * sizeof(int));
    for (const int number : numbers) result.descriptors.emplace_back(number);
  }
  result.body.resize(head.body_bytes);
  receive_bytes(socket, result.body.data(), result.body.size());
  if (result.descriptors.size() != head.descriptors) throw SystemError(EMFILE, "take sockets from the network peer");
  return result;
}

}  // namespace perfopt::bench
