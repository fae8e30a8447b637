// SPDX-License-Identifier: Apache-2.0
// A pool of objects of one type: create() and destroy() in a few instructions, in any order.
//
// Freed slots form a list through their own memory and are handed out again last in, first out, while they are still
// in the cache. Memory is taken in chunks and given back only by the pool's destructor; the pool's footprint is the
// largest number of objects that ever lived at once.
//
//   contract  destroy() takes only what create() of the same pool gave, once; every object is destroyed before the
//             pool (the destructor runs no destructor of T)
//   errors    std::bad_alloc, and what T's constructor throws (the slot is then free again)
//   threads   one at a time
//   source    Kenwright, Fast efficient fixed-size memory pool, Computation Tools 2012
//
//   example:
//   perfopt::optim::Pool<std::string> pool;
//   std::string* first = pool.create("hello");
//   std::string* second = pool.create(1000U, 'x');
//   if (*first != "hello" || pool.size() != 2) throw std::logic_error("two live objects");
//   pool.destroy(first);
//   std::string* third = pool.create("reused");
//   if (third != first) throw std::logic_error("the slot freed last is used first");
//   pool.destroy(second);
//   pool.destroy(third);
//   if (pool.size() != 0) throw std::logic_error("all gone");
//   end
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace perfopt::optim {

template <class T>
class Pool {
 public:
  // Chunks start at `first_chunk_objects` and double, up to 65,536 objects.
  explicit Pool(std::size_t first_chunk_objects = 64) noexcept
      : next_chunk_objects_(std::max<std::size_t>(first_chunk_objects, 1)) {}
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  template <class... Args>
  [[nodiscard]] T* create(Args&&... args) {
    Slot* const slot = take();
    try {
      T* const object = ::new (static_cast<void*>(slot->storage)) T(std::forward<Args>(args)...);
      ++size_;
      return object;
    } catch (...) {
      give_back(slot);
      throw;
    }
  }

  // Nothing for nullptr.
  void destroy(T* object) noexcept {
    if (object == nullptr) return;
    object->~T();
    give_back(::new (static_cast<void*>(object)) Slot);
    --size_;
  }

  // Live objects.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t capacity_bytes() const noexcept { return capacity_ * sizeof(Slot); }

 private:
  union Slot {
    Slot() noexcept : next(nullptr) {}
    Slot* next;
    alignas(T) std::byte storage[sizeof(T)];
  };

  Slot* take() {
    if (free_ != nullptr) return std::exchange(free_, free_->next);
    if (fresh_ == fresh_end_) [[unlikely]]
      grow();
    // Slots of a new chunk are not linked beforehand: that would touch all of it before its first use.
    return ::new (static_cast<void*>(fresh_++)) Slot;
  }

  void give_back(Slot* slot) noexcept {
    slot->next = free_;
    free_ = slot;
  }

  void grow() {
    static constexpr std::size_t kMostObjects = 65'536;
    chunks_.push_back(Chunk(std::allocator<Slot>().allocate(next_chunk_objects_), {next_chunk_objects_}));
    fresh_ = chunks_.back().get();
    fresh_end_ = fresh_ + next_chunk_objects_;
    capacity_ += next_chunk_objects_;
    next_chunk_objects_ = std::max(next_chunk_objects_, std::min(2 * next_chunk_objects_, kMostObjects));
  }

  struct Deallocate {
    std::size_t objects;
    void operator()(Slot* chunk) const noexcept { std::allocator<Slot>().deallocate(chunk, objects); }
  };
  using Chunk = std::unique_ptr<Slot, Deallocate>;

  Slot* free_ = nullptr;
  Slot* fresh_ = nullptr;
  Slot* fresh_end_ = nullptr;
  std::vector<Chunk> chunks_;
  std::size_t next_chunk_objects_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;
};

}  // namespace perfopt::optim
