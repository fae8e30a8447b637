// SPDX-License-Identifier: Apache-2.0
// Unwinding against what is known: the stack of a child that is stepped through instruction by instruction (prologues,
// epilogues, PLT entries, the dynamic linker, signal frames, frames of variable size), and libgcc's own unwinder.
#include <doctest/doctest.h>
#include <execinfo.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include <alloca.h>
#include <algorithm>
#include <array>
#include <bit>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <vector>

#include "perfopt/prof/native/unwinder.hpp"

namespace {

using namespace perfopt::prof;

std::uint64_t number_of(const void* pointer) {
  return std::bit_cast<std::uint64_t>(pointer);
}

// What a stepped child tells its parent.
struct Truth {
  volatile std::uint64_t return_address = 0;  // of scenario(): on every stack until it ends
  volatile bool running = false;
};

Truth* shared_truth() {
  void* page = ::mmap(nullptr, sizeof(Truth), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(page != MAP_FAILED);
  return new (page) Truth;
}

volatile std::uint64_t sink = 0;

[[gnu::noinline]] void leaf(std::uint64_t x) {
  sink = sink * 3 + x;
}

[[gnu::noinline]] void recursive(int depth) {
  if (depth > 0) recursive(depth - 1);
  leaf(static_cast<std::uint64_t>(depth));
}

[[gnu::noinline]] void variable_frame(std::size_t bytes) {
  void* room = ::alloca(bytes);
  std::memset(room, 1, bytes);
  leaf(bytes + static_cast<unsigned char*>(room)[bytes / 2]);
}

// Its frame is aligned by force, and found by an expression.
[[gnu::noinline]] void aligned_frame(std::size_t bytes) {
  alignas(64) volatile std::uint64_t words[8];
  words[bytes % 8] = bytes;
  variable_frame(bytes);
  leaf(words[bytes % 8]);
}

int by_value(const void* a, const void* b) {
  leaf(1);
  return *static_cast<const int*>(a) - *static_cast<const int*>(b);
}

void on_signal(int) {
  recursive(2);
}

[[gnu::noinline]] void scenario(Truth& truth) {
  truth.return_address = number_of(__builtin_return_address(0));
  truth.running = true;
  recursive(5);
  variable_frame(static_cast<std::size_t>(sink % 100 + 50));
  aligned_frame(static_cast<std::size_t>(sink % 50 + 20));
  int numbers[] = {3, 1, 2};
  std::qsort(numbers, 3, sizeof(int), by_value);
  ::raise(SIGUSR1);
  sink = sink + static_cast<std::uint64_t>(std::atoi("12")) + static_cast<std::uint64_t>(::getppid());
  truth.running = false;
}

[[noreturn]] void child(Truth& truth, void (*run)(Truth&)) {
  ::signal(SIGUSR1, on_signal);
  ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
  ::raise(SIGSTOP);
  run(truth);
  sink = sink + 1;
  ::_exit(0);
}

Registers registers_of(const user_regs_struct& from) {
  Registers to;
  const std::array<std::uint64_t, Registers::kCount> values{from.rax, from.rdx, from.rcx, from.rbx, from.rsi, from.rdi,
                                                            from.rbp, from.rsp, from.r8,  from.r9,  from.r10, from.r11,
                                                            from.r12, from.r13, from.r14, from.r15, from.rip};
  for (std::size_t i = 0; i < values.size(); ++i) to.set(i, values[i]);
  return to;
}

struct Stepped {
  std::size_t steps = 0;
  std::vector<std::uint64_t> wrong;  // addresses where the stack was not complete
};

bool is_complete(const Truth& truth, UnwindEnd end, std::span<const NativeFrame> frames) {
  const bool rises = std::ranges::is_sorted(frames, {}, &NativeFrame::cfa);
  const bool passes =
      std::ranges::any_of(frames, [&](const NativeFrame& frame) { return frame.address + 1 == truth.return_address; });
  return end == UnwindEnd::root && rises && passes;
}

// Signals of the child are passed on.
Stepped step_through(pid_t pid, const Truth& truth) {
  Stepped result;
  int status = 0;
  Modules modules;
  AddressSpace space;
  Unwinder unwinder(modules);
  int signal = 0;
  bool loaded = false;
  ::waitpid(pid, &status, 0);
  while (result.steps < 200'000 && ::ptrace(PTRACE_SINGLESTEP, pid, nullptr, signal) == 0) {
    ::waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status)) break;
    signal = WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
    if (!truth.running) continue;
    if (!loaded) loaded = space.load(pid, modules);
    ++result.steps;
    user_regs_struct registers{};
    REQUIRE(::ptrace(PTRACE_GETREGS, pid, nullptr, &registers) == 0);
    const RemoteMemory memory(pid);
    std::vector<NativeFrame> frames;
    const UnwindEnd end = unwinder.unwind(space, 0, registers_of(registers), memory, frames);
    if (!is_complete(truth, end, frames)) result.wrong.push_back(registers.rip);
  }
  return result;
}

[[gnu::noinline]] void compare_with_libgcc() {
  ucontext_t context{};
  REQUIRE(::getcontext(&context) == 0);
  std::array<void*, 100> expected{};
  const int count = ::backtrace(expected.data(), expected.size());
  Registers registers;
  const auto set = [&](std::size_t to, int from) {
    registers.set(to, static_cast<std::uint64_t>(context.uc_mcontext.gregs[from]));
  };
  set(3, REG_RBX);
  set(Registers::kBp, REG_RBP);
  set(Registers::kSp, REG_RSP);
  set(12, REG_R12);
  set(13, REG_R13);
  set(14, REG_R14);
  set(15, REG_R15);
  set(Registers::kIp, REG_RIP);
  Modules modules;
  AddressSpace space;
  REQUIRE(space.load(::getpid(), modules));
  Unwinder unwinder(modules);
  const RemoteMemory memory(::getpid());
  std::vector<NativeFrame> frames;
  CHECK(unwinder.unwind(space, 0, registers, memory, frames) == UnwindEnd::root);
  REQUIRE(frames.size() == static_cast<std::size_t>(count));
  for (std::size_t i = 1; i < frames.size(); ++i) CHECK(frames[i].address + 1 == number_of(expected[i]));
}

[[gnu::noinline]] void deep(int depth) {
  if (depth == 0) return compare_with_libgcc();
  deep(depth - 1);
  sink = sink + 1;
}

}  // namespace

TEST_CASE("every instruction of a child gives its whole stack") {
  Truth& truth = *shared_truth();
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) child(truth, scenario);
  const Stepped stepped = step_through(pid, truth);
  int status = 0;
  ::kill(pid, SIGKILL);
  ::waitpid(pid, &status, 0);
  CHECK(stepped.steps > 500);
  CHECK(stepped.wrong == std::vector<std::uint64_t>{});
}

TEST_CASE("the stack is the one that libgcc sees" * doctest::test_suite("timing")) {
  deep(30);
}

TEST_CASE("a copy of the stack that is cut off ends the stack there, and says so") {
  Truth& truth = *shared_truth();
  const pid_t pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) {
    child(truth, [](Truth&) {
      recursive(40);
      ::raise(SIGSTOP);
    });
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  user_regs_struct registers{};
  REQUIRE(::ptrace(PTRACE_GETREGS, pid, nullptr, &registers) == 0);
  Modules modules;
  AddressSpace space;
  REQUIRE(space.load(pid, modules));
  Unwinder unwinder(modules);
  const RemoteMemory whole(pid);
  std::vector<NativeFrame> all;
  CHECK(unwinder.unwind(space, 0, registers_of(registers), whole, all) == UnwindEnd::root);
  std::vector<std::byte> copy(static_cast<std::size_t>(all.back().cfa - registers.rsp));
  REQUIRE(RemoteMemory(pid).read(registers.rsp, std::span(copy).first(8)));
  for (std::size_t at = 0; at + 8 <= copy.size(); at += 8) {
    REQUIRE(whole.read(registers.rsp + at, std::span(copy).subspan(at, 8)));
  }
  for (std::size_t kept = 0; kept < copy.size() - 64; kept += 8) {
    const CopiedStack memory(registers.rsp, std::span(copy).first(kept));
    std::vector<NativeFrame> frames;
    CHECK(unwinder.unwind(space, 0, registers_of(registers), memory, frames) == UnwindEnd::no_memory);
    REQUIRE(frames.size() <= all.size());
    for (std::size_t i = 0; i < frames.size(); ++i) CHECK(frames[i].key == all[i].key);
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, &status, 0);
}

TEST_CASE("code without rules is unwound by its frame pointers as long as they are plausible") {
  const Modules modules;
  Unwinder unwinder(modules);
  AddressSpace space;
  space.add({0x1000, 0x2000, 0, Mapping::kAnonymous, true});
  space.add({0x7000, 0x8000, 0, Mapping::kAnonymous, false});
  const auto unwound = [&](const std::array<std::uint64_t, 4>& stack, std::size_t& depth) {
    Registers registers;
    registers.set(Registers::kIp, 0x1100);
    registers.set(Registers::kSp, 0x7000);
    registers.set(Registers::kBp, 0x7000);
    std::vector<NativeFrame> frames;
    const CopiedStack memory(0x7000, std::as_bytes(std::span(stack)));
    const UnwindEnd end = unwinder.unwind(space, 7, registers, memory, frames);
    depth = frames.size();
    CHECK(frames[0].key == FrameKey{FrameKind::jit, 7, 0x1100});
    return end;
  };
  std::size_t depth = 0;
  CHECK(unwound({0x7010, 0x1201, 0, 0x1301}, depth) == UnwindEnd::root);
  CHECK(depth == 3);
  CHECK(unwound({0x7100, 0x1201, 0, 0}, depth) == UnwindEnd::no_memory);
  CHECK(depth == 2);
  CHECK(unwound({0x7010, 0x7777, 0, 0}, depth) == UnwindEnd::no_rule);  // returns to no code
  CHECK(depth == 1);
  CHECK(unwound({0x7000, 0x1201, 0, 0}, depth) == UnwindEnd::no_rule);  // leads back
  CHECK(depth == 2);
}
