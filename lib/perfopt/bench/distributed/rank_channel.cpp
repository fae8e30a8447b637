// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/distributed/rank_channel.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kForever = 1e9;

// A reply as it is sent: this, and its bytes.
struct ReplyHead {
  RankOutcome outcome = RankOutcome::done;
  std::uint32_t reserved = 0;
  double wall_ns = 0;
  double cpu_ns = 0;
  std::uint64_t bytes = 0;
};

// The address of a socket file holds 107 bytes, which a directory of the user's may exceed: it is reached through its
// descriptor.
struct Address {
  explicit Address(const std::filesystem::path& parent) : directory(open_file(parent, O_PATH | O_DIRECTORY)) {
    address.sun_family = AF_UNIX;
    const std::string path = "/proc/self/fd/" + std::to_string(directory.get()) + "/ranks";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
  }
  [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
  UniqueFd directory;
  sockaddr_un address{};
};

UniqueFd make_socket() {
  UniqueFd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket) throw_errno("make a socket for the ranks");
  return socket;
}

// False when the time is over.
bool readable(int fd, double seconds) {
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  for (;;) {
    const double left = std::chrono::duration<double>(end - Clock::now()).count();
    if (left <= 0) return false;
    pollfd ready{fd, POLLIN, 0};
    const int count = ::poll(&ready, 1, static_cast<int>(std::min(left, 1e6) * 1e3) + 1);
    if (count > 0) return true;
    if (count < 0 && errno != EINTR) throw_errno("wait for the ranks");
  }
}

}  // namespace

RankChannel RankChannel::connect(const std::filesystem::path& directory) {
  const Address address(directory);
  UniqueFd socket = make_socket();
  if (::connect(socket.get(), address.get(), sizeof address.address) != 0) {
    throw_errno("connect to the measuring process in " + directory.string());
  }
  return RankChannel(std::move(socket));
}

void RankChannel::write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) throw_errno("write to the ranks");
    bytes = bytes.subspan(static_cast<std::size_t>(sent));
  }
}

bool RankChannel::receive(std::span<std::byte> into, double seconds) {
  while (!into.empty()) {
    if (!readable(socket_.get(), seconds)) {
      throw Unavailable("the ranks did not answer within " + std::to_string(std::lround(seconds)) + " s");
    }
    const ssize_t got = ::recv(socket_.get(), into.data(), into.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno != ECONNRESET) throw_errno("read from the ranks");
    if (got <= 0) return false;
    into = into.subspan(static_cast<std::size_t>(got));
  }
  return true;
}

void RankChannel::send(const RankCommand& command) {
  write(std::as_bytes(std::span(&command, 1)));
}

void RankChannel::send(const RankReply& reply) {
  const ReplyHead head{reply.outcome, 0, reply.wall_ns, reply.cpu_ns, reply.bytes.size()};
  write(std::as_bytes(std::span(&head, 1)));
  write(reply.bytes);
}

std::optional<RankCommand> RankChannel::receive_command() {
  RankCommand command;
  if (!receive(std::as_writable_bytes(std::span(&command, 1)), kForever)) return std::nullopt;
  return command;
}

std::optional<RankReply> RankChannel::receive_reply(double seconds) {
  ReplyHead head;
  if (!receive(std::as_writable_bytes(std::span(&head, 1)), seconds)) return std::nullopt;
  RankReply reply{head.outcome, head.wall_ns, head.cpu_ns, std::vector<std::byte>(head.bytes)};
  if (!receive(reply.bytes, seconds)) return std::nullopt;
  return reply;
}

RankListener::RankListener(const std::filesystem::path& directory) : socket_(make_socket()) {
  const Address address(directory);
  if (::bind(socket_.get(), address.get(), sizeof address.address) != 0 || ::listen(socket_.get(), 1) != 0) {
    throw_errno("listen for the ranks in " + directory.string());
  }
}

std::optional<RankChannel> RankListener::accept(double seconds, const std::function<bool()>& given_up) {
  constexpr double kLook = 0.05;
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  while (Clock::now() < end && !given_up()) {
    if (!readable(socket_.get(), kLook)) continue;
    UniqueFd socket(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (socket) return RankChannel(std::move(socket));
    if (errno != EINTR && errno != ECONNABORTED) throw_errno("accept the ranks");
  }
  return std::nullopt;
}

}  // namespace perfopt::bench
