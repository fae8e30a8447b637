// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <charconv>
#include <future>
#include <iterator>
#include <mutex>
#include <string>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/network/connection.hpp"
#include "perfopt/bench/network/link.hpp"
#include "perfopt/bench/network/requests.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"
#include "perfopt/optim/network/connection_pool.hpp"

namespace perfopt::bench {
namespace {

// Reads responses from a connection, and what comes after them.
class Responses {
 public:
  // The body of the next response, at `into`. Throws IntegrityError when it has another length.
  void read(Connection& connection, std::span<char> into) {
    constexpr std::string_view kEnd = "\r\n\r\n";
    std::size_t end = 0;
    while ((end = held_.find(kEnd)) == std::string::npos) receive(connection);
    const std::size_t length = content_length(std::string_view(held_).substr(0, end));
    if (length != into.size()) {
      throw IntegrityError("a response of " + std::to_string(length) + " bytes instead of " +
                           std::to_string(into.size()));
    }
    const std::string_view begun = std::string_view(held_).substr(end + kEnd.size(), length);
    std::ranges::copy(begun, into.begin());
    connection.receive(std::as_writable_bytes(into.subspan(begun.size())));
    held_.erase(0, end + kEnd.size() + begun.size());
  }

 private:
  void receive(Connection& connection) {
    const std::size_t before = held_.size();
    held_.resize(before + kPiece);
    held_.resize(before + connection.receive_some(std::as_writable_bytes(std::span(held_).subspan(before))));
  }

  static std::size_t content_length(std::string_view head) {
    constexpr std::string_view kKey = "Content-Length: ";
    std::size_t length = 0;
    const auto at = head.find(kKey);
    if (!head.starts_with("HTTP/1.1 200 ") || at == std::string_view::npos) {
      throw IntegrityError("a response that is none: " + std::string(head.substr(0, head.find('\r'))));
    }
    std::from_chars(head.data() + at + kKey.size(), head.data() + head.size(), length);
    return length;
  }

  static constexpr std::size_t kPiece = 4096;
  std::string held_;
};

class Requests : public Workload {
 public:
  // `sockets`: how many run() connects.
  Requests(const Setup& setup, std::string_view profile, std::size_t requests, std::size_t sockets)
      : link_(setup.services->get<Link>(std::string(profile))),
        body_bytes_(setup.size),
        bodies_(setup.size * requests, '\0'),
        wanted_sockets_(sockets) {
    Random random(setup.seed);
    for (std::size_t i = 0; i < requests; ++i) {
      seeds_.push_back(random() >> 1U);
      requests_.push_back("GET /bytes/" + std::to_string(body_bytes_) + "?seed=" + std::to_string(seeds_.back()) +
                          " HTTP/1.1\r\nHost: server\r\n\r\n");
    }
  }

  // run() uses up the sockets that were made in the link's namespace: they are fetched before each, untimed.
  void poison() override {
    std::ranges::fill(bodies_, '\x5A');
    std::vector<UniqueFd> sockets = link_.sockets(wanted_sockets_ - std::min(wanted_sockets_, sockets_.size()));
    std::ranges::move(sockets, std::back_inserter(sockets_));
  }
  [[nodiscard]] Output output() override { return exact<char>(Element::u8, bodies_); }
  void check(const Output& result) const override {
    std::string expected;
    for (const std::uint64_t seed : seeds_) expected += body_of(seed, body_bytes_);
    require_equal(exact<char>(Element::u8, expected), result);
  }
  [[nodiscard]] Work work() const override {
    const auto count = static_cast<double>(requests_.size());
    const double bytes = static_cast<double>(bodies_.size());
    if (link_.bytes_per_s() > 0) return {count, bytes, {}};
    return {count, bytes, {Limit::round_trips, round_trips()}};
  }
  [[nodiscard]] std::string conditions() const override { return link_.conditions(); }

 protected:
  [[nodiscard]] virtual double round_trips() const { return 1; }  // that it has to wait for
  [[nodiscard]] std::size_t count() const { return requests_.size(); }
  [[nodiscard]] const std::string& request(std::size_t index) const { return requests_[index]; }
  [[nodiscard]] std::span<char> body(std::size_t index) {
    return std::span(bodies_).subspan(index * body_bytes_, body_bytes_);
  }
  [[nodiscard]] Connection connect() {
    if (sockets_.empty()) throw Error(ExitCode::internal, "more connections than were planned");
    Connection connection(link_, std::move(sockets_.back()));
    sockets_.pop_back();
    return connection;
  }
  void exchange(std::size_t index, Connection& connection) {
    connection.send(request(index));
    Responses().read(connection, body(index));
  }

 private:
  Link& link_;
  const std::size_t body_bytes_;
  std::string bodies_;
  const std::size_t wanted_sockets_;
  std::vector<std::uint64_t> seeds_;
  std::vector<std::string> requests_;
  std::vector<UniqueFd> sockets_;
};

struct ConnectionEach final : Requests {
  ConnectionEach(const Setup& setup, std::string_view profile, std::size_t requests)
      : Requests(setup, profile, requests, requests) {}
  [[nodiscard]] double round_trips() const override { return static_cast<double>(count()); }
  void run() override {
    for (std::size_t i = 0; i < count(); ++i) {
      Connection connection = connect();
      exchange(i, connection);
    }
  }
};

struct KeepAlive final : Requests {
  KeepAlive(const Setup& setup, std::string_view profile, std::size_t requests)
      : Requests(setup, profile, requests, 1) {}
  [[nodiscard]] double round_trips() const override { return static_cast<double>(count()); }
  void run() override {
    Connection connection = connect();
    for (std::size_t i = 0; i < count(); ++i) exchange(i, connection);
  }
};

class Pool final : public Requests {
 public:
  Pool(const Setup& setup, std::string_view profile, std::size_t requests)
      : Requests(setup, profile, requests, places(setup)), places_(places(setup)) {
    if (places_ < 2) throw Unavailable("needs two threads and two connections, and the limit is one");
  }
  [[nodiscard]] double round_trips() const override {
    return static_cast<double>(count()) / static_cast<double>(places_);
  }
  void run() override {
    optim::PoolLimits limits;
    limits.max_open = limits.max_idle = places_;
    std::mutex connecting;
    optim::ConnectionPool<Connection> pool(
        limits,
        [&] {
          const std::lock_guard lock(connecting);
          return connect();
        },
        [](const Connection&) { return true; });
    std::atomic<std::size_t> next{0};
    std::vector<std::future<void>> threads;
    for (std::size_t t = 0; t < places_; ++t) {
      threads.push_back(std::async(std::launch::async, [&] {
        for (std::size_t i = next++; i < count(); i = next++) {
          const auto lease = pool.acquire();
          exchange(i, *lease);
        }
      }));
    }
    for (auto& thread : threads) thread.get();
  }

 private:
  static std::size_t places(const Setup& setup) {
    return std::min(setup.threads, setup.services->context().connections);
  }
  const std::size_t places_;
};

struct Pipelined final : Requests {
  Pipelined(const Setup& setup, std::string_view profile, std::size_t requests)
      : Requests(setup, profile, requests, 1) {}
  void run() override {
    Connection connection = connect();
    std::string all;
    for (std::size_t i = 0; i < count(); ++i) all += request(i);
    connection.send(all);
    Responses responses;
    for (std::size_t i = 0; i < count(); ++i) responses.read(connection, body(i));
  }
};

}  // namespace

std::unique_ptr<Workload> make_requests(Requesting requesting, std::string_view profile, std::size_t requests,
                                        const Setup& setup) {
  switch (requesting) {
    case Requesting::connection_each:
      return std::make_unique<ConnectionEach>(setup, profile, requests);
    case Requesting::keep_alive:
      return std::make_unique<KeepAlive>(setup, profile, requests);
    case Requesting::pool:
      return std::make_unique<Pool>(setup, profile, requests);
    case Requesting::pipelined:
      return std::make_unique<Pipelined>(setup, profile, requests);
  }
  throw Error(ExitCode::internal, "requests that are none");
}

}  // namespace perfopt::bench
