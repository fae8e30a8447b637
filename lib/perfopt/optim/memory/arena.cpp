// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/arena.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <new>

namespace perfopt::optim {

Arena::Arena(std::size_t first_chunk_bytes) noexcept
    : first_chunk_bytes_(std::max<std::size_t>(first_chunk_bytes, 1)) {}

void* Arena::allocate_from_next_chunk(std::size_t bytes, std::size_t alignment) {
  if (!std::has_single_bit(alignment)) throw std::invalid_argument("Arena: the alignment is not a power of 2");
  constexpr std::size_t kMost = std::numeric_limits<std::size_t>::max() / 4;
  if (bytes > kMost || alignment > kMost) throw std::bad_alloc();
  // With this much room the request fits wherever the chunk starts.
  const std::size_t needed = bytes + alignment;
  for (std::size_t next = next_ == nullptr ? 0 : current_ + 1; next < chunks_.size(); ++next) {
    if (chunks_[next].bytes < needed) continue;  // skipped until the next reset()
    enter(next);
    return allocate(bytes, alignment);
  }
  const std::size_t grown = chunks_.empty() ? first_chunk_bytes_ : std::min(2 * chunks_.back().bytes, kMost);
  const std::size_t size = std::max(grown, needed);
  chunks_.push_back({std::make_unique_for_overwrite<std::byte[]>(size), size});
  enter(chunks_.size() - 1);
  return allocate(bytes, alignment);
}

void Arena::enter(std::size_t chunk) noexcept {
  current_ = chunk;
  next_ = chunks_[chunk].memory.get();
  end_ = next_ + chunks_[chunk].bytes;
}

void Arena::reset() noexcept {
  if (!chunks_.empty()) enter(0);
}

void Arena::release() noexcept {
  chunks_.clear();
  next_ = end_ = nullptr;
  current_ = 0;
}

std::size_t Arena::used_bytes() const noexcept {
  if (chunks_.empty()) return 0;
  std::size_t used = static_cast<std::size_t>(next_ - chunks_[current_].memory.get());
  for (std::size_t i = 0; i < current_; ++i) used += chunks_[i].bytes;
  return used;
}

std::size_t Arena::capacity_bytes() const noexcept {
  std::size_t capacity = 0;
  for (const Chunk& chunk : chunks_) capacity += chunk.bytes;
  return capacity;
}

}  // namespace perfopt::optim
