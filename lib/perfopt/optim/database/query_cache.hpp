// SPDX-License-Identifier: Apache-2.0
// Results of queries held in this process: looked up first, loaded when missing, forgotten when told (cache-aside).
//
// It pays off where keys repeat: at low hit rates the look-up is work on top of the query. What a caller may rely on:
//   fresh     after invalidate(key) or invalidate_tag(tag) has returned, no get() that begins then gives a value that
//             was loaded, or was being loaded, before. Change the data first, then invalidate. Changes by others are
//             seen when `lifetime` is over
//   one load  callers that miss the same key at the same time share one call of their loaders; what it throws reaches
//             all of them, and nothing is held
//   bounded   at most `capacity` values, the least recently used leaves first (perfopt/optim/io/lru.hpp)
// A tag names what a value was made from, such as a table. All members may be called by several threads at once; a
// loader is called without the cache's lock and must not call get() with its own key.
//   errors  std::invalid_argument for capacity 0; what the loader throws
//
//   example:
//   perfopt::optim::db::QueryCache<int, std::string> cache(1000);
//   int queries = 0;
//   const auto load = [&] { return "row " + std::to_string(++queries); };
//   for (int i = 0; i < 5; ++i) {
//     if (cache.get(7, load, {"users"}) != "row 1") throw std::logic_error("loaded once");
//   }
//   cache.invalidate_tag("users");
//   if (cache.get(7, load, {"users"}) != "row 2") throw std::logic_error("loaded anew");
//   if (!(cache.counts().hits == 4 && cache.counts().misses == 2)) throw std::logic_error("counts");
//   end
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <future>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "perfopt/optim/io/lru.hpp"

namespace perfopt::optim::db {

struct CacheCounts {
  std::uint64_t hits = 0;    // answered with a held value, or with that of a load under way
  std::uint64_t misses = 0;  // loads
  [[nodiscard]] double hit_rate() const noexcept {
    return hits + misses == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(hits + misses);
  }
};

template <class Key, class Value, class Hash = std::hash<Key>>
class QueryCache {
 public:
  using Clock = std::chrono::steady_clock;
  using Tags = std::initializer_list<std::string_view>;

  // `lifetime` 0: values do not age.
  explicit QueryCache(std::size_t capacity, std::chrono::nanoseconds lifetime = {})
      : lifetime_(lifetime), entries_(capacity) {}

  // The value of `key`, from load() if it is not held. `tags` count when it is loaded.
  template <class Load>
  [[nodiscard]] Value get(const Key& key, Load&& load, Tags tags = {}) {
    std::unique_lock lock(mutex_);
    if (const Value* held = find(key)) {
      ++counts_.hits;
      return *held;
    }
    if (const auto loading = flights_.find(key); loading != flights_.end()) {
      ++counts_.hits;
      const std::shared_future<Value> value = loading->second->value;
      lock.unlock();
      return value.get();
    }
    ++counts_.misses;
    const auto flight = std::make_shared<Flight>();
    flight->stamps = stamps_of(tags);
    flights_.emplace(key, flight);
    lock.unlock();
    return land(key, flight, load);
  }

  void invalidate(const Key& key) {
    const std::lock_guard lock(mutex_);
    flights_.erase(key);
    if (Entry* entry = entries_.get(key)) entry->value.reset();
  }
  void invalidate_tag(std::string_view tag) {
    const std::lock_guard lock(mutex_);
    const auto found = tags_.find(std::string(tag));
    if (found == tags_.end()) return;  // no value has ever had it
    ++versions_[found->second];
    std::erase_if(flights_, [&](const auto& flight) { return !is_current(flight.second->stamps); });
  }
  void invalidate_all() {
    const std::lock_guard lock(mutex_);
    flights_.clear();
    ++generation_;
  }

  [[nodiscard]] CacheCounts counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
  }

 private:
  // The version of a tag when the load began: a later one makes the value stale, without a search for it.
  struct Stamp {
    std::size_t tag;
    std::uint64_t version;
  };
  struct Entry {
    std::optional<Value> value;
    std::vector<Stamp> stamps;
    std::uint64_t generation = 0;
    typename Clock::time_point loaded;
  };
  // A load under way. It may be held only while flights_ has it under its key.
  struct Flight {
    std::promise<Value> promise;
    std::shared_future<Value> value = promise.get_future().share();
    std::vector<Stamp> stamps;
    typename Clock::time_point begun = Clock::now();  // the value is as old as its load
  };

  [[nodiscard]] const Value* find(const Key& key) {
    const Entry* entry = entries_.get(key);
    if (entry == nullptr || !entry->value || entry->generation != generation_) return nullptr;
    if (lifetime_.count() > 0 && Clock::now() - entry->loaded >= lifetime_) return nullptr;
    return is_current(entry->stamps) ? &*entry->value : nullptr;
  }

  template <class Load>
  Value land(const Key& key, const std::shared_ptr<Flight>& flight, Load& load) {
    try {
      Value value = load();
      flight->promise.set_value(value);
      const std::lock_guard lock(mutex_);
      if (take_off_list(key, flight)) {
        entries_.put(key, Entry{value, std::move(flight->stamps), generation_, flight->begun});
      }
      return value;
    } catch (...) {
      const std::lock_guard lock(mutex_);
      take_off_list(key, flight);
      if (!is_ready(flight->value)) flight->promise.set_exception(std::current_exception());
      throw;
    }
  }

  static bool is_ready(const std::shared_future<Value>& value) {
    return value.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  }

  // False when it was invalidated meanwhile.
  bool take_off_list(const Key& key, const std::shared_ptr<Flight>& flight) {
    const auto found = flights_.find(key);
    if (found == flights_.end() || found->second != flight) return false;
    flights_.erase(found);
    return true;
  }

  [[nodiscard]] std::vector<Stamp> stamps_of(Tags tags) {
    std::vector<Stamp> stamps;
    stamps.reserve(tags.size());
    for (const std::string_view tag : tags) {
      const std::size_t index = tags_.try_emplace(std::string(tag), versions_.size()).first->second;
      if (index == versions_.size()) versions_.push_back(0);
      stamps.push_back({index, versions_[index]});
    }
    return stamps;
  }
  [[nodiscard]] bool is_current(const std::vector<Stamp>& stamps) const {
    return std::ranges::all_of(stamps, [this](const Stamp& one) { return versions_[one.tag] == one.version; });
  }

  const std::chrono::nanoseconds lifetime_;
  mutable std::mutex mutex_;  // guards all below
  Lru<Key, Entry, Hash> entries_;
  std::unordered_map<Key, std::shared_ptr<Flight>, Hash> flights_;
  std::unordered_map<std::string, std::size_t> tags_;  // their places in versions_
  std::vector<std::uint64_t> versions_;
  std::uint64_t generation_ = 0;
  CacheCounts counts_;
};

}  // namespace perfopt::optim::db
