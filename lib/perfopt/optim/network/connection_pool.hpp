// SPDX-License-Identifier: Apache-2.0
// Keeps connections open between their uses, because opening one costs round trips, a process or a handshake.
//
// `T` is any movable type whose destructor closes the connection. What a caller may rely on:
//   limits    never more than `max_open` connections, those in use and being opened included; at most `max_idle` wait
//             for their next use. The one that was used last is given out first, so that the others can expire
//   health    an idle connection is given out only after healthy() has said yes; else it is closed, and a new one is
//             opened in its place
//   expiry    one that was idle for `idle_time` is closed by the next acquire() or close_expired(); the pool
//             has no thread of its own
//   fairness  who waits longest is served first, also before callers that come when a connection is just free
//   broken    Lease::discard() closes a connection instead of keeping it; so does a Lease that ends by an exception,
//             since what is still on its way over the connection is not known then
// All members may be called by several threads at once; a Lease belongs to one thread at a time and may outlive the
// pool. connect, healthy and T's destructor are called without the pool's lock.
//   errors    PoolTimeout when none was free for `wait`; BadInput for max_open = 0; what connect and healthy throw, and
//             their place is then free for the next
//
//   example:
//   struct Connection { int number; };
//   int made = 0;
//   perfopt::optim::PoolLimits limits;
//   limits.max_open = 1;
//   limits.wait = std::chrono::milliseconds(1);
//   perfopt::optim::ConnectionPool<Connection> pool(
//       limits, [&] { return Connection{++made}; }, [](Connection&) { return true; });
//   for (int i = 0; i < 3; ++i) {
//     const auto lease = pool.acquire();
//     if (lease->number != 1) throw std::logic_error("the first one serves all");
//   }
//   const auto held = pool.acquire();
//   try {
//     (void)pool.acquire();
//     throw std::logic_error("one is the limit");
//   } catch (const perfopt::optim::PoolTimeout&) {
//   }
//   end
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::optim {

struct PoolLimits {
  std::size_t max_open = 8;
  std::size_t max_idle = 8;
  std::chrono::nanoseconds idle_time = std::chrono::minutes(5);
  std::chrono::nanoseconds wait = std::chrono::seconds(10);
};

// No connection became free in time.
class PoolTimeout : public Error {
 public:
  explicit PoolTimeout(const std::string& message) : Error(ExitCode::unavailable, message) {}
};

struct PoolCounts {
  std::size_t open = 0;      // in use, being opened, idle
  std::size_t idle = 0;      // of those
  std::size_t waiting = 0;   // callers
  std::uint64_t opened = 0;  // connections since the start
  std::uint64_t reused = 0;  // times that an idle one was given out
};

template <class T>
class ConnectionPool {
  struct State;

 public:
  using Connect = std::function<T()>;
  using Healthy = std::function<bool(T&)>;

  // One connection in use; it goes back when the lease ends.
  class Lease {
   public:
    Lease(Lease&& other) noexcept
        : state_(std::move(other.state_)),
          connection_(std::move(other.connection_)),
          exceptions_(other.exceptions_),
          broken_(other.broken_) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;
    ~Lease() {
      if (!state_) return;
      if (broken_ || std::uncaught_exceptions() > exceptions_) connection_.reset();
      state_->give_back(std::move(connection_));
    }

    [[nodiscard]] T& operator*() const noexcept { return *connection_; }
    [[nodiscard]] T* operator->() const noexcept { return &*connection_; }
    void discard() noexcept { broken_ = true; }

   private:
    friend class ConnectionPool;
    Lease(std::shared_ptr<State> state, T connection) : state_(std::move(state)), connection_(std::move(connection)) {}

    std::shared_ptr<State> state_;
    mutable std::optional<T> connection_;
    int exceptions_ = std::uncaught_exceptions();
    bool broken_ = false;
  };

  ConnectionPool(const PoolLimits& limits, Connect connect, Healthy healthy)
      : state_(std::make_shared<State>(limits)), connect_(std::move(connect)), healthy_(std::move(healthy)) {
    if (limits.max_open == 0) throw BadInput("a pool of no connections: max_open must be 1 or more");
  }
  ConnectionPool(const ConnectionPool&) = delete;
  ConnectionPool& operator=(const ConnectionPool&) = delete;
  // Closes the idle connections; those in use are closed when their leases end.
  ~ConnectionPool() { state_->close_all(); }

  [[nodiscard]] Lease acquire() {
    Permit permit(*state_);
    std::optional<T> idle = state_->wait_for_permit();
    permit.held = true;
    if (idle && !healthy_(*idle)) idle.reset();
    const bool is_new = !idle;
    Lease lease(state_, is_new ? connect_() : std::move(*idle));
    permit.held = false;
    state_->count(is_new);
    return lease;
  }

  void close_expired() { state_->close_expired(); }
  [[nodiscard]] PoolCounts counts() const { return state_->counts(); }

 private:
  using Clock = std::chrono::steady_clock;
  using Lock = std::unique_lock<std::mutex>;

  // The right to have one more connection open goes to the next waiter when opening it fails.
  struct Permit {
    explicit Permit(State& its_state) : state(its_state) {}
    Permit(const Permit&) = delete;
    Permit& operator=(const Permit&) = delete;
    ~Permit() {
      if (held) state.give_back(std::nullopt);
    }
    State& state;
    bool held = false;
  };

  struct Waiter {
    std::condition_variable granted_changed;
    bool granted = false;
    std::optional<T> connection;  // none: the right to open one
  };

  struct Idle {
    T connection;
    typename Clock::time_point since;
  };

  struct State {
    explicit State(const PoolLimits& its_limits) : limits(its_limits) {
      idle.reserve(std::min(limits.max_open, limits.max_idle));  // giving back must not fail
    }

    // A place among max_open, with an idle connection if there is one.
    std::optional<T> wait_for_permit() {
      close_expired();
      Lock lock(mutex);
      if (waiters.empty() && !idle.empty()) {
        std::optional<T> connection(std::move(idle.back().connection));
        idle.pop_back();
        return connection;
      }
      if (waiters.empty() && open < limits.max_open) {
        ++open;
        return std::nullopt;
      }
      Waiter self;
      const auto place = waiters.insert(waiters.end(), &self);
      if (self.granted_changed.wait_for(lock, limits.wait, [&] { return self.granted; })) {
        return std::move(self.connection);
      }
      waiters.erase(place);
      throw PoolTimeout(timeout_message());
    }

    void give_back(std::optional<T> connection) noexcept {
      if (connection) {
        const Lock lock(mutex);
        if (!waiters.empty()) {
          grant(std::move(connection));
          return;
        }
        if (!closed && idle.size() < limits.max_idle) {
          idle.push_back({std::move(*connection), Clock::now()});
          return;
        }
      }
      connection.reset();  // closed before its place is free: the limit holds at all times
      free_places(1);
    }

    void free_places(std::size_t count) noexcept {
      const Lock lock(mutex);
      for (; count > 0 && !waiters.empty(); --count) grant(std::nullopt);
      open -= count;
    }

    void grant(std::optional<T> connection) noexcept {
      Waiter& first = *waiters.front();
      waiters.pop_front();
      first.connection = std::move(connection);
      first.granted = true;
      first.granted_changed.notify_one();
    }

    void close_expired() { close_idle_since(Clock::now() - limits.idle_time); }

    void close_idle_since(typename Clock::time_point latest) {
      std::vector<Idle> expired;
      {
        const Lock lock(mutex);
        auto first = idle.begin();
        while (first != idle.end() && first->since <= latest) ++first;
        std::move(idle.begin(), first, std::back_inserter(expired));
        idle.erase(idle.begin(), first);
      }
      const std::size_t places = expired.size();
      expired.clear();
      if (places > 0) free_places(places);
    }

    void close_all() {
      {
        const Lock lock(mutex);
        closed = true;
      }
      close_idle_since(Clock::time_point::max());
    }

    void count(bool is_new) {
      const Lock lock(mutex);
      ++(is_new ? opened : reused);
    }

    PoolCounts counts() {
      const Lock lock(mutex);
      return {open, idle.size(), waiters.size(), opened, reused};
    }

    [[nodiscard]] std::string timeout_message() const {
      const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(limits.wait).count();
      return "no connection was free within " + std::to_string(ms) + " ms: all " + std::to_string(limits.max_open) +
             " are in use; raise max_open, or hold them for a shorter time";
    }

    const PoolLimits limits;
    std::mutex mutex;            // guards all below
    std::vector<Idle> idle;      // the longest idle first
    std::list<Waiter*> waiters;  // not yet served, the longest waiting first
    std::size_t open = 0;
    std::uint64_t opened = 0;
    std::uint64_t reused = 0;
    bool closed = false;
  };

  const std::shared_ptr<State> state_;
  const Connect connect_;
  const Healthy healthy_;
};

}  // namespace perfopt::optim
