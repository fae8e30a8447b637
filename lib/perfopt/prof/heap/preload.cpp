// SPDX-License-Identifier: Apache-2.0
// The library that perfprof --mode alloc preloads: samples heap allocations and tells perfprof (protocol.hpp).
//
// An allocation is sampled with the probability that a Poisson process over the bytes allocated hits it; what it stands
// for follows from its size and the mean interval (the reader does that), so that sums are unbiased whatever the sizes.
// The interval begins short, so that small programs have samples too, and doubles with every kSamplesPerMean samples.
// An allocation that is not sampled costs a call and a subtraction, a free() a look into a filter of 16 KiB: together
// some 7 ns, which a program that does nothing else feels. A sample costs a stack by _Unwind_Backtrace and a record.
//
// Depends on libc, libm and libgcc_s alone, never on libstdc++ or perfopt. Allocation works before and during dlsym(3),
// in threads that end, and in a child of fork(2), which gets a ring of its own. A record is written under a spin lock
// that nothing is allocated within. Method: tcmalloc's and jemalloc's sampling.
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cmath>
#include <cstdlib>
#include <cstring>

#include "perfopt/prof/heap/block_table.hpp"
#include "perfopt/prof/heap/protocol.hpp"
#include "perfopt/prof/heap/ring_writer.hpp"

extern "C" {
extern char __ehdr_start[] __attribute__((visibility("hidden")));  // NOLINT(bugprone-reserved-identifier)
extern char _end[] __attribute__((visibility("hidden")));          // NOLINT(bugprone-reserved-identifier)
}

namespace {

using namespace perfopt::prof::heap;

constexpr std::uint64_t kFirstMean = 16U << 10U;
constexpr std::uint64_t kLastMean = 512U << 10U;
constexpr std::uint64_t kSamplesPerMean = 1000;
constexpr std::size_t kEarlyBytes = 16U << 10U;  // for what dlsym() allocates while we look up the real functions

struct RealFunctions {
  void* (*malloc)(std::size_t);
  void* (*calloc)(std::size_t, std::size_t);
  void* (*realloc)(void*, std::size_t);
  void (*free)(void*);
  int (*posix_memalign)(void**, std::size_t, std::size_t);
  void* (*aligned_alloc)(std::size_t, std::size_t);
  void* (*memalign)(std::size_t, std::size_t);
};

struct ThreadState {
  std::int64_t until = 0;  // bytes to the next sample
  std::uint64_t mean = 0;  // that it was drawn with; 0: none drawn yet
  std::uint64_t random = 0;
  bool inside = false;  // our own work: what it allocates does not count
};

RealFunctions g_real;
std::atomic<bool> g_ready{false};  // g_real is filled
alignas(16) char g_early[kEarlyBytes];
std::atomic<std::size_t> g_early_used{0};

constinit RingWriter g_ring;
constinit BlockTable g_blocks;
std::atomic<bool> g_on{false};
std::atomic<std::uint64_t> g_samples{0};
std::atomic<unsigned long long> g_loaded{0};  // libraries ever loaded, when their maps were told

// In the static block: looking it up never allocates.
__attribute__((tls_model("initial-exec"))) thread_local ThreadState t_state;

class Inside {
 public:
  Inside() : saved_errno_(errno) { t_state.inside = true; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  ~Inside() {
    t_state.inside = false;
    errno = saved_errno_;
  }

 private:
  int saved_errno_;
};

std::uint64_t now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000U + static_cast<std::uint64_t>(now.tv_nsec);
}

std::uint64_t thread_id() {
  return static_cast<std::uint64_t>(syscall(SYS_gettid));
}

// ---- what is loaded

int tell_object(dl_phdr_info* info, std::size_t, void*) {
  static char program[PATH_MAX];  // dl_iterate_phdr() calls us one at a time
  const char* path = info->dlpi_name;
  if (path == nullptr || *path == '\0') {
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return 0;
    program[length] = '\0';
    path = program;
  }
  if (strncmp(path, "linux-vdso", 10) == 0) path = "[vdso]";
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& part = info->dlpi_phdr[i];
    if (part.p_type != PT_LOAD || (part.p_flags & PF_X) == 0) continue;
    std::uint64_t record[3 + kPathWords];
    const std::uint64_t in_page = part.p_offset % 4096;  // mappings begin at pages
    record[0] = info->dlpi_addr + part.p_vaddr - in_page;
    record[1] = part.p_memsz + in_page;
    record[2] = part.p_offset - in_page;
    g_ring.write_text(Kind::map, record, 3, path);
  }
  return 0;
}

int count_loaded(dl_phdr_info* info, std::size_t, void* into) {
  *static_cast<unsigned long long*>(into) = info->dlpi_adds;
  return 1;
}

void tell_new_objects() {
  unsigned long long loaded = 0;
  dl_iterate_phdr(count_loaded, &loaded);
  if (g_loaded.exchange(loaded) != loaded) dl_iterate_phdr(tell_object, nullptr);
}

// A program that is linked to a fixed place may have the address of malloc in its own table of calls, which leads to us
// all the same: the symbol is undefined there, and only its value is set.
bool has_own_malloc() {
  void* used = dlsym(RTLD_DEFAULT, "malloc");
  if (used >= __ehdr_start && used < _end) return false;
  Dl_info place{};
  ElfW(Sym)* symbol = nullptr;
  const bool found = dladdr1(used, &place, reinterpret_cast<void**>(&symbol), RTLD_DL_SYMENT) != 0;
  return !found || symbol == nullptr || symbol->st_shndx != SHN_UNDEF;
}

void begin() {
  g_on = false;
  if (!g_ring.open(now_ns(), has_own_malloc()) || !g_blocks.open()) return;
  std::uint64_t record[1 + kPathWords];
  record[0] = g_ring.start_ns();
  g_ring.write_text(Kind::start, record, 1, program_invocation_short_name);
  g_loaded = 0;
  tell_new_objects();
  g_on = true;
}

// ---- sampling

void draw(ThreadState& state) {
  if (state.random == 0) state.random = mixed(now_ns() ^ reinterpret_cast<std::uintptr_t>(&state)) | 1U;
  state.random += 0x9E3779B97F4A7C15U;
  const double uniform = (static_cast<double>(mixed(state.random) >> 11U) + 1) * 0x1p-53;  // (0, 1]
  const std::uint64_t doublings = g_samples.load(std::memory_order_relaxed) / kSamplesPerMean;
  state.mean = doublings >= 5 ? kLastMean : kFirstMean << doublings;
  state.until = static_cast<std::int64_t>(-std::log(uniform) * static_cast<double>(state.mean));
}

struct Walk {
  std::uint64_t* frames;
  std::size_t count = 0;
  bool cut = false;
};

_Unwind_Reason_Code add_frame(_Unwind_Context* context, void* into) {
  auto& walk = *static_cast<Walk*>(into);
  const std::uint64_t address = _Unwind_GetIP(context);
  const auto first = reinterpret_cast<std::uint64_t>(__ehdr_start);
  const auto end = reinterpret_cast<std::uint64_t>(_end);
  if (address == 0) return _URC_END_OF_STACK;
  if (walk.count == 0 && address >= first && address < end) return _URC_NO_REASON;  // our own
  if (walk.count == kMostFrames) {
    walk.cut = true;
    return _URC_END_OF_STACK;
  }
  walk.frames[walk.count++] = address;
  return _URC_NO_REASON;
}

void record_allocation(void* block, std::size_t size, std::uint64_t mean) {
  // A child made without fork() shares the parent's ring.
  if (!g_ring.is_of(getpid())) begin();
  if (!g_on) return;
  tell_new_objects();
  std::uint64_t record[5 + kMostFrames + 1] = {now_ns(), thread_id(), reinterpret_cast<std::uintptr_t>(block), size,
                                               mean};
  Walk walk{record + 5};
  _Unwind_Backtrace(add_frame, &walk);
  std::size_t words = 5 + walk.count;
  if (walk.cut) record[words++] = kCut;
  g_samples.fetch_add(1, std::memory_order_relaxed);
  const RingWriter::Lock lock(g_ring);
  if (!g_blocks.add(block)) {
    g_ring.count_not_watched();
    record[2] = 0;
  }
  g_ring.write(Kind::alloc, record, words);
}

// Not inlined: the fast path is a subtraction and a branch.
__attribute__((noinline)) void maybe_sample(void* block, std::size_t size) {
  ThreadState& state = t_state;
  if (state.inside || !g_on.load(std::memory_order_relaxed)) return;
  const Inside inside;
  if (state.mean == 0) {
    draw(state);
    state.until -= static_cast<std::int64_t>(size);
    if (state.until >= 0) return;
  }
  const std::uint64_t mean = state.mean;
  draw(state);  // the process has no memory: the next interval begins after this block
  record_allocation(block, size, mean);
}

void count(void* block, std::size_t size) {
  if (block == nullptr) return;
  ThreadState& state = t_state;
  if (state.inside) return;
  state.until -= static_cast<std::int64_t>(size);
  if (state.until < 0) maybe_sample(block, size);
}

__attribute__((noinline)) void end_of_sampled(void* block) {
  if (t_state.inside || !g_on.load(std::memory_order_relaxed)) return;
  const Inside inside;
  const std::uint64_t record[3] = {now_ns(), thread_id(), reinterpret_cast<std::uintptr_t>(block)};
  const RingWriter::Lock lock(g_ring);
  if (g_blocks.remove(block)) g_ring.write(Kind::free, record, 3);
}

void uncount(void* block) {
  if (block == nullptr) return;
  if (g_blocks.may_hold(block)) end_of_sampled(block);
}

// ---- the real functions

template <class F>
void find(F& into, const char* name) {
  into = reinterpret_cast<F>(dlsym(RTLD_NEXT, name));
}

// dlsym() itself may allocate: from a buffer that is never freed.
void* early(std::size_t bytes) {
  const std::size_t at = g_early_used.fetch_add((bytes + 15) / 16 * 16);
  return at + bytes <= kEarlyBytes ? g_early + at : nullptr;
}

bool is_early(const void* block) {
  return block >= g_early && block < g_early + kEarlyBytes;
}

bool ready() {
  if (g_ready.load(std::memory_order_acquire)) [[likely]]
    return true;
  if (t_state.inside) return false;
  const Inside inside;
  RealFunctions found{};
  find(found.malloc, "malloc");
  find(found.calloc, "calloc");
  find(found.realloc, "realloc");
  find(found.free, "free");
  find(found.posix_memalign, "posix_memalign");
  find(found.aligned_alloc, "aligned_alloc");
  find(found.memalign, "memalign");
  g_real = found;
  g_ready.store(true, std::memory_order_release);
  return true;
}

void before_fork() {
  g_ring.lock();
}
void after_fork_in_parent() {
  g_ring.unlock();
}
void after_fork_in_child() {
  g_ring.unlock();
  if (!g_on) return;
  const Inside inside;
  g_ring.close();
  g_blocks.clear();
  begin();
}

__attribute__((constructor)) void start() {
  if (!ready()) return;
  const Inside inside;
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  begin();
}

}  // namespace

#define PERFOPT_HOOK extern "C" __attribute__((visibility("default")))

PERFOPT_HOOK void* malloc(std::size_t size) {
  if (!ready()) return early(size);
  void* block = g_real.malloc(size);
  count(block, size);
  return block;
}

PERFOPT_HOOK void* calloc(std::size_t number, std::size_t size) {
  if (!ready()) return early(number * size);  // zero as all static memory
  void* block = g_real.calloc(number, size);
  count(block, number * size);
  return block;
}

PERFOPT_HOOK void free(void* block) {
  if (block == nullptr || is_early(block)) return;
  uncount(block);
  if (ready()) g_real.free(block);
}

PERFOPT_HOOK void* realloc(void* old, std::size_t size) {
  if (!ready()) return early(size);
  if (is_early(old)) {
    void* block = malloc(size);
    const auto rest = static_cast<std::size_t>(g_early + kEarlyBytes - static_cast<char*>(old));
    if (block != nullptr) memcpy(block, old, size < rest ? size : rest);
    return block;
  }
  // Before the call: another thread may get the block's place at once. One that realloc() fails to move (no memory) is
  // told as freed although it lives on.
  uncount(old);
  void* block = g_real.realloc(old, size);
  count(block, size);
  return block;
}

PERFOPT_HOOK void* reallocarray(void* old, std::size_t number, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(number, size, &bytes)) {
    errno = ENOMEM;
    return nullptr;
  }
  return realloc(old, bytes);
}

PERFOPT_HOOK int posix_memalign(void** into, std::size_t alignment, std::size_t size) {
  if (!ready()) return ENOMEM;
  const int error = g_real.posix_memalign(into, alignment, size);
  if (error == 0) count(*into, size);
  return error;
}

PERFOPT_HOOK void* aligned_alloc(std::size_t alignment, std::size_t size) {
  if (!ready()) return nullptr;
  void* block = g_real.aligned_alloc(alignment, size);
  count(block, size);
  return block;
}

PERFOPT_HOOK void* memalign(std::size_t alignment, std::size_t size) {
  if (!ready()) return nullptr;
  void* block = g_real.memalign(alignment, size);
  count(block, size);
  return block;
}
