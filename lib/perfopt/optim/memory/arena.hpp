// SPDX-License-Identifier: Apache-2.0
// A bump allocator for objects that die together, kept and reused from one request to the next.
//
// allocate() moves a pointer; reset() makes all memory free again and keeps the chunks, so that a warm arena neither
// calls malloc nor faults pages. No single object is ever freed: deallocate() does nothing. create() refuses types
// whose destructor does something, because it would not run. An Arena is also a std::pmr::memory_resource.
//
//   errors   std::bad_alloc when the system has no memory; std::invalid_argument for an alignment that is no power of 2
//   threads  one at a time
//   source   Hanson, Fast allocation and deallocation of memory based on object lifetimes, SP&E 1990
//
//   example:
//   perfopt::optim::Arena arena(1 << 16);
//   struct Node {
//     Node* next;
//     int value;
//   };
//   for (int request = 0; request < 3; ++request) {
//     Node* list = nullptr;
//     for (int i = 0; i < 100; ++i) list = arena.create<Node>(Node{list, i});
//     if (list->value != 99) throw std::logic_error("the last node comes first");
//     std::pmr::vector<int> numbers(10, 7, &arena);
//     if (numbers[9] != 7) throw std::logic_error("an arena serves pmr containers");
//     arena.reset();  // list and numbers' memory are gone, in no time
//   }
//   if (arena.used_bytes() != 0) throw std::logic_error("reset frees everything");
//   if (arena.capacity_bytes() < (1 << 16)) throw std::logic_error("and keeps the chunks");
//   end
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <memory_resource>
#include <stdexcept>
#include <type_traits>
#include <utility>
#include <vector>

namespace perfopt::optim {

class Arena final : public std::pmr::memory_resource {
 public:
  // The first chunk holds `first_chunk_bytes` and is taken by the first allocation; each further one is at least
  // twice as large as the one before.
  explicit Arena(std::size_t first_chunk_bytes = std::size_t{64} << 10) noexcept;

  // Uninitialised memory that lives until reset(), release() or destruction. Zero bytes give a valid pointer.
  [[nodiscard]] void* allocate(std::size_t bytes, std::size_t alignment = alignof(std::max_align_t)) {
    const std::size_t padding = (0 - reinterpret_cast<std::uintptr_t>(next_)) & (alignment - 1);
    const std::size_t left = static_cast<std::size_t>(end_ - next_);
    if (!std::has_single_bit(alignment) || next_ == nullptr || padding > left || bytes > left - padding) [[unlikely]] {
      return allocate_from_next_chunk(bytes, alignment);
    }
    std::byte* const result = next_ + padding;
    next_ = result + bytes;
    return result;
  }

  // A T in the arena. Its destructor never runs, so it must have nothing to do.
  template <class T, class... Args>
  [[nodiscard]] T* create(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>, "an Arena runs no destructors");
    return ::new (allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
  }

  // Everything allocated so far becomes invalid; the chunks are kept for what follows.
  void reset() noexcept;
  // The same, and the chunks are given back.
  void release() noexcept;

  // Bytes handed out since the last reset(), with padding and what was left over at the ends of full chunks.
  [[nodiscard]] std::size_t used_bytes() const noexcept;
  [[nodiscard]] std::size_t capacity_bytes() const noexcept;

 private:
  struct Chunk {
    std::unique_ptr<std::byte[]> memory;
    std::size_t bytes;
  };

  void* allocate_from_next_chunk(std::size_t bytes, std::size_t alignment);
  void enter(std::size_t chunk) noexcept;

  void* do_allocate(std::size_t bytes, std::size_t alignment) override { return allocate(bytes, alignment); }
  void do_deallocate(void*, std::size_t, std::size_t) override {}
  [[nodiscard]] bool do_is_equal(const std::pmr::memory_resource& other) const noexcept override {
    return this == &other;
  }

  std::byte* next_ = nullptr;
  std::byte* end_ = nullptr;
  std::vector<Chunk> chunks_;
  std::size_t current_ = 0;  // index of the chunk that next_ points into; chunks before it are full
  std::size_t first_chunk_bytes_;
};

}  // namespace perfopt::optim
