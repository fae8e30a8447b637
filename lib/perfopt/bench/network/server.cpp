// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/network/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>
#include <utility>

#include <xxhash.h>

#include "perfopt/core/error.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kReadBytes = std::size_t{256} * 1024;

// The number after `key` in a request line; 0 when there is none.
std::uint64_t number_after(std::string_view text, std::string_view key) {
  std::uint64_t value = 0;
  const auto at = text.find(key);
  if (at != std::string_view::npos) std::from_chars(text.data() + at + key.size(), text.data() + text.size(), value);
  return value;
}

std::string http_response(std::string_view request) {
  const std::string_view line = request.substr(0, request.find("\r\n"));
  const std::string body = body_of(number_after(line, "seed="), number_after(line, "/bytes/"));
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

}  // namespace

// One connection. What it has to say is kept until the socket takes it.
class Server::Client {
 public:
  Client(Server& server, UniqueFd socket) : server_(server), socket_(std::move(socket)) {}

  [[nodiscard]] bool has_output() const { return sent_ < output_.size(); }

  // False when the connection is over.
  bool write() {
    while (has_output()) {
      const ssize_t sent = ::send(socket_.get(), output_.data() + sent_, output_.size() - sent_, MSG_NOSIGNAL);
      if (sent < 0) return errno == EAGAIN || errno == EINTR;
      sent_ += static_cast<std::size_t>(sent);
    }
    output_.clear();
    sent_ = 0;
    return true;
  }

  bool read() {
    if (traffic_ == Traffic::stream && session_ != nullptr) return read_stream();
    std::vector<std::byte>& buffer = server_.buffer_;
    const ssize_t got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    std::span<const std::byte> input(buffer.data(), static_cast<std::size_t>(got));
    if (!input_.empty()) {
      input_.insert(input_.end(), input.begin(), input.end());
      input = input_;
    }
    while (const std::size_t used = take(input)) input = input.subspan(used);
    input_ = std::vector<std::byte>(input.begin(), input.end());
    return write();
  }

 private:
  // Handles the first request or unit of `input` and returns its length; 0: it is not whole yet.
  std::size_t take(std::span<const std::byte> input) {
    if (input.empty()) return 0;
    if (session_ != nullptr && traffic_ == Traffic::units) return take_unit(input);
    if (session_ != nullptr) return echo(input);
    return input[0] == std::byte{'G'} ? take_request(input) : take_hello(input);
  }

  std::size_t take_request(std::span<const std::byte> input) {
    const std::string_view text(reinterpret_cast<const char*>(input.data()), input.size());
    const auto end = text.find("\r\n\r\n");
    if (end == std::string_view::npos) return 0;
    output_ += http_response(text.substr(0, end));
    if (output_.size() - sent_ > kReadBytes) (void)write();  // a failure is seen again when all have been taken
    return end + 4;
  }

  std::size_t take_hello(std::span<const std::byte> input) {
    Hello hello;
    if (input.size() < sizeof hello) return 0;
    std::memcpy(&hello, input.data(), sizeof hello);
    traffic_ = hello.traffic;
    expected_ = hello.bytes;
    session_ = server_.open_session(hello);
    reader_.emplace(optim::kMaxFrameContentBytes, server_.dictionaries_);
    acknowledge(0);
    return sizeof hello;
  }

  // A payload is taken as it comes: a receiver that waits for all of it would copy it twice.
  std::size_t take_unit(std::span<const std::byte> input) {
    std::size_t used = 0;
    if (!unit_) {
      if (input.size() < sizeof(UnitHead)) return 0;
      std::memcpy(&unit_.emplace(), input.data(), sizeof(UnitHead));
      used = sizeof(UnitHead);
    }
    const auto payload = input.subspan(used, std::min<std::size_t>(input.size() - used, unit_->payload_bytes));
    std::vector<std::byte>& content = session_->content;
    if (unit_->is_framed) {
      reader_->add(payload);
      while (const auto frame = reader_->next()) content.insert(content.end(), frame->begin(), frame->end());
    } else {
      content.insert(content.end(), payload.begin(), payload.end());
    }
    unit_->payload_bytes -= static_cast<std::uint32_t>(payload.size());
    if (unit_->payload_bytes == 0) {
      if (unit_->wants_acknowledgement) acknowledge(content.size());
      unit_.reset();
    }
    return used + payload.size();
  }

  std::size_t echo(std::span<const std::byte> input) {
    output_.append(reinterpret_cast<const char*>(input.data()), input.size());
    return input.size();
  }

  bool read_stream() {
    const std::span<std::byte> rest = std::span(session_->content).subspan(received_);
    const ssize_t got = ::recv(socket_.get(), rest.data(), std::min(rest.size(), kReadBytes), 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    received_ += static_cast<std::size_t>(got);
    if (received_ < expected_) return true;
    acknowledge(received_);
    received_ = 0;  // the next one takes its place
    return write();
  }

  void acknowledge(std::uint64_t bytes) { output_ += pack(Acknowledgement{bytes}); }

  Server& server_;
  UniqueFd socket_;
  Traffic traffic_{};
  std::shared_ptr<Session> session_;
  std::size_t expected_ = 0;
  std::size_t received_ = 0;      // of a stream
  std::vector<std::byte> input_;  // the begin of a request, a Hello or a UnitHead
  std::optional<UnitHead> unit_;  // with what is missing of its payload
  std::optional<optim::FrameReader> reader_;
  std::string output_;
  std::size_t sent_ = 0;  // of output_
};

Server::Server(UniqueFd listener, int control, MakeSockets make_sockets)
    : listener_(std::move(listener)),
      control_(control),
      make_sockets_(std::move(make_sockets)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      buffer_(kReadBytes) {
  if (!epoll_) throw_errno("epoll_create1");
  watch(listener_.get(), EPOLLIN, true);
  watch(control_, EPOLLIN, true);
}

Server::~Server() = default;

void Server::watch(int fd, std::uint32_t events, bool is_new) const {
  epoll_event event{};
  event.events = events;
  event.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), is_new ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event) != 0) throw_errno("epoll_ctl");
}

void Server::run() {
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    if (ready < 0 && errno != EINTR) throw_errno("epoll_wait");
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == control_) {
        if (!answer_control()) return;
      } else if (event.data.fd == listener_.get()) {
        accept_clients();
      } else {
        serve(event.data.fd, event.events);
      }
    }
  }
}

void Server::accept_clients() {
  UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) return;
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const int fd = socket.get();
  clients_[fd] = std::make_unique<Client>(*this, std::move(socket));
  watch(fd, EPOLLIN, true);
}

void Server::serve(int fd, std::uint32_t events) {
  const auto found = clients_.find(fd);
  if (found == clients_.end()) return;
  Client& client = *found->second;
  const bool had_output = client.has_output();
  bool goes_on = false;
  try {
    goes_on = (events & EPOLLOUT) != 0 ? client.write() : client.read();
  } catch (const Error&) {  // damaged frames: their connection ends, the server does not
    goes_on = false;
  }
  if (!goes_on) {
    clients_.erase(found);
  } else if (client.has_output() != had_output) {
    watch(fd, client.has_output() ? EPOLLIN | EPOLLOUT : EPOLLIN, false);
  }
}

// So that no memory has to be found while something is timed, all of it is touched here.
std::shared_ptr<Server::Session> Server::open_session(const Hello& hello) {
  const auto session = std::make_shared<Session>();
  session->is_stream = hello.traffic == Traffic::stream;
  session->content.resize(hello.bytes);
  session->forget();
  sessions_[hello.session] = session;
  return session;
}

void Server::Session::forget() {
  if (is_stream) {
    std::ranges::fill(content, std::byte{});
  } else {
    content.clear();
  }
}

std::string Server::digests(std::uint64_t session, std::uint64_t piece) const {
  const auto found = sessions_.find(session);
  std::string result;
  if (found == sessions_.end() || piece == 0) return result;
  std::span<const std::byte> rest = found->second->content;
  while (!rest.empty()) {
    const auto one = rest.first(std::min<std::size_t>(rest.size(), piece));
    result += pack(std::uint64_t{XXH3_64bits(one.data(), one.size())});
    rest = rest.subspan(one.size());
  }
  return result;
}

void Server::run_program(std::string_view words) {
  Command command;
  while (!words.empty()) {
    const auto end = words.find('\0');
    command.words.emplace_back(words.substr(0, end));
    words.remove_prefix(std::min(words.size(), command.words.back().size() + 1));
  }
  program_.emplace(command);
}

std::string Server::answer(const ControlMessage& request) {
  switch (request.op) {
    case ControlOp::forget:
      if (const auto found = sessions_.find(unpack(request.body, 0)); found != sessions_.end()) found->second->forget();
      return "";
    case ControlOp::close:
      sessions_.erase(unpack(request.body, 0));
      return "";
    case ControlOp::digests:
      return digests(unpack(request.body, 0), unpack(request.body, 1));
    case ControlOp::dictionary: {
      const auto bytes = std::as_bytes(std::span(request.body));
      dictionaries_.assign(1, optim::Dictionary({bytes.begin(), bytes.end()}));
      return "";
    }
    case ControlOp::run_program:
      run_program(request.body);
      return "";
    case ControlOp::program_end:
      return program_ ? program_->end() : "was not started";
    default:
      throw Error(ExitCode::internal, "the network peer got a request that it does not know");
  }
}

// False when nobody will ask again.
bool Server::answer_control() {
  ControlMessage request;
  try {
    request = receive_control(control_);
  } catch (const SystemError&) {
    return false;
  }
  try {
    if (request.op == ControlOp::sockets) {
      send_control(control_, ControlOp::done, {}, make_sockets_(unpack(request.body, 0)));
    } else {
      send_control(control_, ControlOp::done, answer(request));
    }
  } catch (const Error& error) {
    send_control(control_, ControlOp::failed, error.what());
  }
  return true;
}

}  // namespace perfopt::bench
