// SPDX-License-Identifier: Apache-2.0
// Unwinding the stack of a stopped child (60 frames of C++ without frame pointers, then libc's): ours with all rules
// known and with none, from its memory and from a copy of its stack; libdwfl's (dwfl_getthread_frames) and, in its own
// process, libgcc's (backtrace) as yardsticks. "frames" is frames per second.
#include <benchmark/benchmark.h>
#include <elfutils/libdwfl.h>
#include <execinfo.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <span>
#include <vector>

#include "perfopt/prof/native/unwinder.hpp"

namespace {

using namespace perfopt::prof;

constexpr int kDepth = 60;
volatile int sink = 0;

template <typename Leaf>
[[gnu::noinline]] void deep(int depth, Leaf leaf) {
  if (depth == 0) {
    leaf();
  } else {
    deep(depth - 1, leaf);
  }
  sink = sink + 1;
}

// Stopped at the depth, with its registers.
struct Child {
  pid_t pid = ::fork();
  Registers registers;

  Child() {
    if (pid == 0) {
      ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
      deep(kDepth, [] { ::raise(SIGSTOP); });
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    user_regs_struct from{};
    if (::ptrace(PTRACE_GETREGS, pid, nullptr, &from) != 0) std::abort();
    const std::array<std::uint64_t, Registers::kCount> values{
        from.rax, from.rdx, from.rcx, from.rbx, from.rsi, from.rdi, from.rbp, from.rsp, from.r8,
        from.r9,  from.r10, from.r11, from.r12, from.r13, from.r14, from.r15, from.rip};
    for (std::size_t i = 0; i < values.size(); ++i) registers.set(i, values[i]);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
};

const Child& child() {
  static const Child one;
  return one;
}

struct Space {
  Modules modules;
  AddressSpace mappings;
  Space() {
    if (!mappings.load(child().pid, modules)) std::abort();
  }
};

void count(benchmark::State& state, std::size_t frames) {
  if (frames < kDepth) state.SkipWithError("the stack is not complete");
  state.counters["frames"] =
      benchmark::Counter(static_cast<double>(frames), benchmark::Counter::kIsIterationInvariantRate);
}

std::size_t unwind(Unwinder& unwinder, const Space& space, const Memory& memory, std::vector<NativeFrame>& frames) {
  frames.clear();
  return unwinder.unwind(space.mappings, 0, child().registers, memory, frames) == UnwindEnd::root ? frames.size() : 0;
}

void warm_copied(benchmark::State& state) {
  const Space space;
  Unwinder unwinder(space.modules);
  std::vector<std::byte> copy(16U << 10U);
  const std::uint64_t sp = child().registers.sp();
  const Mapping* stack = space.mappings.find(sp);
  copy.resize(std::min<std::size_t>(copy.size(), stack->end - sp));
  if (!RemoteMemory(child().pid).read(sp, std::span(copy).first(4096))) std::abort();
  for (std::size_t at = 0; at + 8 <= copy.size(); at += 8) {
    if (!RemoteMemory(child().pid).read(sp + at, std::span(copy).subspan(at, 8))) std::abort();
  }
  const CopiedStack memory(sp, copy);
  std::vector<NativeFrame> frames;
  for (auto _ : state) benchmark::DoNotOptimize(unwind(unwinder, space, memory, frames));
  count(state, frames.size());
}
BENCHMARK(warm_copied);

void warm_remote(benchmark::State& state) {
  const Space space;
  Unwinder unwinder(space.modules);
  std::vector<NativeFrame> frames;
  for (auto _ : state) benchmark::DoNotOptimize(unwind(unwinder, space, RemoteMemory(child().pid), frames));
  count(state, frames.size());
}
BENCHMARK(warm_remote);

// Files open, no rule known.
void cold_rules(benchmark::State& state) {
  const Space space;
  std::vector<NativeFrame> frames;
  for (auto _ : state) {
    Unwinder unwinder(space.modules);
    benchmark::DoNotOptimize(unwind(unwinder, space, RemoteMemory(child().pid), frames));
  }
  count(state, frames.size());
}
BENCHMARK(cold_rules);

void libgcc_in_process(benchmark::State& state) {
  std::array<void*, 200> frames{};
  int found = 0;
  deep(kDepth, [&] {
    for (auto _ : state) found = ::backtrace(frames.data(), static_cast<int>(frames.size()));
  });
  count(state, static_cast<std::size_t>(found));
}
BENCHMARK(libgcc_in_process);

void libdwfl(benchmark::State& state) {
  Dwfl_Callbacks callbacks{};
  callbacks.find_elf = ::dwfl_linux_proc_find_elf;
  callbacks.find_debuginfo = ::dwfl_standard_find_debuginfo;
  Dwfl* dwfl = ::dwfl_begin(&callbacks);
  ::dwfl_linux_proc_report(dwfl, child().pid);
  ::dwfl_report_end(dwfl, nullptr, nullptr);
  if (::dwfl_linux_proc_attach(dwfl, child().pid, true) != 0) state.SkipWithError(::dwfl_errmsg(-1));
  std::size_t found = 0;
  const auto frame = [](Dwfl_Frame* one, void* frames) -> int {
    Dwarf_Addr address = 0;
    *static_cast<std::size_t*>(frames) += ::dwfl_frame_pc(one, &address, nullptr) ? 1U : 0U;
    return DWARF_CB_OK;
  };
  for (auto _ : state) {
    found = 0;
    ::dwfl_getthread_frames(dwfl, child().pid, frame, &found);
  }
  count(state, found);
  ::dwfl_end(dwfl);
}
BENCHMARK(libdwfl);

}  // namespace

int main(int argc, char** argv) {
  static_cast<void>(child());
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
