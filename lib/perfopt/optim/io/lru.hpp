// SPDX-License-Identifier: Apache-2.0
// A map of bounded size that forgets the least recently used key. Every operation is O(1), none allocates once it is
// full.
//
// A cache of your own pays off where a miss is dear and the kernel does not cache already: over O_DIRECT, a network or
// a computation. Over plain reads the page cache is hard to beat. Not for use by two threads at once.
//
//   example:
//   perfopt::optim::Lru<int, std::string> cache(2);
//   cache.put(1, "one");
//   cache.put(2, "two");
//   if (!(cache.get(1) != nullptr && *cache.get(1) == "one")) throw std::logic_error("1 is held");
//   const auto evicted = cache.put(3, "three");
//   if (!(evicted && evicted->first == 2)) throw std::logic_error("2 was used least recently");
//   if (!(cache.get(2) == nullptr && cache.hits() == 2 && cache.misses() == 1)) throw std::logic_error("counts");
//   end
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

namespace perfopt::optim {

template <class Key, class Value, class Hash = std::hash<Key>>
class Lru {
 public:
  using Entry = std::pair<Key, Value>;

  // Throws std::invalid_argument for 0.
  explicit Lru(std::size_t capacity) : capacity_(capacity) {
    if (capacity == 0) throw std::invalid_argument("an LRU needs a capacity of at least 1");
    index_.reserve(capacity);
  }
  // The index points into the list.
  Lru(const Lru&) = delete;
  Lru& operator=(const Lru&) = delete;

  // The value of `key`, which becomes the most recently used one; nullptr if it is not held. Valid until the next
  // put().
  [[nodiscard]] Value* get(const Key& key) {
    const auto found = index_.find(key);
    if (found == index_.end()) {
      ++misses_;
      return nullptr;
    }
    ++hits_;
    entries_.splice(entries_.begin(), entries_, found->second);
    return &found->second->second;
  }

  // Holds `value` under `key` as the most recently used one. Returns what had to leave: the old value of this key, or
  // the least recently used entry of a full cache; so its resources can be used again.
  std::optional<Entry> put(Key key, Value value) {
    if (const auto found = index_.find(key); found != index_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return Entry(std::move(key), std::exchange(found->second->second, std::move(value)));
    }
    if (entries_.size() < capacity_) {
      entries_.emplace_front(std::move(key), std::move(value));
      index_.emplace(entries_.front().first, entries_.begin());
      return std::nullopt;
    }
    return replace_oldest(std::move(key), std::move(value));
  }

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::uint64_t hits() const noexcept { return hits_; }
  [[nodiscard]] std::uint64_t misses() const noexcept { return misses_; }

  // From the most recently used entry to the oldest; counts nothing and moves nothing.
  [[nodiscard]] auto begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] auto end() const noexcept { return entries_.end(); }

 private:
  // The nodes of both containers are used again: nothing is allocated or freed.
  Entry replace_oldest(Key key, Value value) {
    const auto oldest = std::prev(entries_.end());
    auto node = index_.extract(oldest->first);
    node.key() = key;
    index_.insert(std::move(node));
    entries_.splice(entries_.begin(), entries_, oldest);
    return std::exchange(*oldest, Entry(std::move(key), std::move(value)));
  }

  std::size_t capacity_;
  std::list<Entry> entries_;
  std::unordered_map<Key, typename std::list<Entry>::iterator, Hash> index_;
  std::uint64_t hits_ = 0;
  std::uint64_t misses_ = 0;
};

}  // namespace perfopt::optim
