// SPDX-License-Identifier: Apache-2.0
// The counting malloc family: glibc's own functions behind a switch. See allocations.hpp.
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

extern "C" {
// glibc's implementations, exported for replacements such as this one.
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

// Read by allocations.cpp through weak references.
std::atomic<bool> perfopt_allocations_on{false};
std::atomic<std::uint64_t> perfopt_allocation_calls{0};
std::atomic<std::uint64_t> perfopt_allocation_bytes{0};

static inline void count(std::size_t bytes) {
  if (__builtin_expect(static_cast<long>(perfopt_allocations_on.load(std::memory_order_relaxed)), 0) == 0) return;
  perfopt_allocation_calls.fetch_add(1, std::memory_order_relaxed);
  perfopt_allocation_bytes.fetch_add(bytes, std::memory_order_relaxed);
}

void* malloc(std::size_t size) {
  count(size);
  return __libc_malloc(size);
}

void* calloc(std::size_t number, std::size_t size) {
  count(number * size);
  return __libc_calloc(number, size);
}

void* realloc(void* old, std::size_t size) {
  count(size);
  return __libc_realloc(old, size);
}

void* memalign(std::size_t alignment, std::size_t size) {
  count(size);
  return __libc_memalign(alignment, size);
}

void* aligned_alloc(std::size_t alignment, std::size_t size) {
  return memalign(alignment, size);
}

int posix_memalign(void** result, std::size_t alignment, std::size_t size) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* memory = memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *result = memory;
  return 0;
}
}
