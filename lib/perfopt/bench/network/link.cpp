// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/link.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <iterator>
#include <thread>

#include "perfopt/bench/peer.hpp"
#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kSocketsAtOnce = 100;

}  // namespace

Link::Link(const ServiceContext& context, const std::string& variant)
    : profile_(link_profile(variant)), connections_(context.connections) {
  const std::string link = "link " + variant;
  if (profile_.bytes_per_s == 0) {
    if (const std::string reason = start("plain"); !reason.empty()) throw Unavailable(link + ": " + reason);
    is_plain_ = true;
    conditions_ = "plain loopback, server in a process of its own";
    return;
  }
  const std::string no_tun = start("tun");
  is_delayed_ = no_tun.empty();
  conditions_ = link + " (" + std::string(profile_.says) + ") by TUN emulator";
  if (is_delayed_) return;
  const std::string no_veth = start("veth");
  conditions_ = link + " (" + std::string(profile_.says) + ") by veth and TBF, rate only; no TUN emulator: " + no_tun;
  if (no_veth.empty()) return;
  if (const std::string reason = start("plain"); !reason.empty()) throw Unavailable(link + ": " + reason);
  is_plain_ = true;
  conditions_ = "plain loopback instead of " + link + "; no TUN emulator: " + no_tun + "; no veth: " + no_veth;
}

// Why the peer did not start on this rung; "" when it did.
std::string Link::start(const char* rung) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) throw_errno("make a unix socket");
  control_.reset(ends[0]);
  UniqueFd theirs(ends[1]);
  Command command;
  command.words = peer_command("network_peer", {rung, std::string(profile_.name), std::to_string(theirs.get())});
  command.keep = {theirs.get()};
  process_.emplace(command);
  theirs.reset();
  try {
    const ControlMessage answer = receive_control(control_.get());
    if (answer.op == ControlOp::failed) return answer.body;
    std::memcpy(&server_, answer.body.data(), std::min(answer.body.size(), sizeof server_));
    return "";
  } catch (const SystemError&) {
    process_->wait(1);
    return "the network peer " + process_->end();
  }
}

void wait_for_death(Service& service) {
  for (int i = 0; i < 20 && service.death().empty(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

std::string Link::death() {
  const std::string end = process_->end();
  return end.empty() ? "" : "the server of link " + std::string(profile_.name) + " " + end;
}

std::string Link::ask(ControlOp op, std::string_view body) {
  send_control(control_.get(), op, body);
  ControlMessage answer = receive_control(control_.get());
  if (answer.op == ControlOp::failed) throw Unavailable(answer.body);
  return std::move(answer.body);
}

std::vector<UniqueFd> Link::sockets(std::size_t count) {
  std::vector<UniqueFd> sockets;
  while (sockets.size() < count) {
    send_control(control_.get(), ControlOp::sockets,
                 pack(std::uint64_t{std::min(count - sockets.size(), kSocketsAtOnce)}));
    ControlMessage answer = receive_control(control_.get());
    if (answer.op == ControlOp::failed) throw Unavailable(answer.body);
    std::ranges::move(answer.descriptors, std::back_inserter(sockets));
  }
  return sockets;
}

void Link::forget(std::uint64_t session) {
  (void)ask(ControlOp::forget, pack(session));
}

void Link::close(std::uint64_t session) noexcept {
  try {
    (void)ask(ControlOp::close, pack(session));
  } catch (const Error&) {
    return;  // a dead server holds nothing
  }
}

std::vector<std::uint64_t> Link::digests(std::uint64_t session, std::size_t piece_bytes) {
  const std::string body = ask(ControlOp::digests, pack(session, std::uint64_t{piece_bytes}));
  std::vector<std::uint64_t> digests(body.size() / sizeof(std::uint64_t));
  for (std::size_t i = 0; i < digests.size(); ++i) digests[i] = unpack(body, i);
  return digests;
}

void Link::use(const optim::Dictionary& dictionary) {
  const auto bytes = dictionary.bytes();
  (void)ask(ControlOp::dictionary, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

void Link::run_program(const std::vector<std::string>& words) {
  std::string body;
  for (const std::string& word : words) body.append(word.c_str(), word.size() + 1);
  (void)ask(ControlOp::run_program, body);
}

std::string Link::program_end() {
  return ask(ControlOp::program_end);
}

}  // namespace perfopt::bench
