// SPDX-License-Identifier: Apache-2.0
// A program with known allocations, for --mode alloc: heap leak|clean|threads|fork|exec|crash|deep.
//
//   leak     64 MiB in 1,024 blocks by keep_rows(), never freed; 256 MiB in 65,536 blocks by format_rows(), freed
//   clean    the same, all freed
//   threads  leak in each of 8 threads at once, 8 MiB each; the threads end
//   fork     8 MiB leaked by the parent before, 16 MiB by the child after fork(2)
//   exec     becomes `heap leak`
//   crash    32 MiB left, then abort()
//   deep     16 MiB left below 1,000 calls
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kKilo = 1024;
volatile char g_sink = 0;
void* volatile g_kept[4096];  // volatile: no compiler may leave out an allocation that nobody looks at

__attribute__((noinline)) void keep_rows(std::size_t blocks, std::size_t bytes, bool freed) {
  for (std::size_t i = 0; i < blocks; ++i) {
    void* row = std::malloc(bytes);
    g_kept[i % 4096] = row;
    if (freed) std::free(row);
  }
}

__attribute__((noinline)) void format_rows(std::size_t blocks, std::size_t bytes) {
  for (std::size_t i = 0; i < blocks; ++i) {
    auto* row = new char[bytes];
    g_kept[i % 4096] = row;
    delete[] row;
  }
}

__attribute__((noinline)) void descend(unsigned depth) {
  if (depth == 0) {
    keep_rows(256, 64 * kKilo, false);
  } else {
    descend(depth - 1);
  }
  g_sink = static_cast<char>(depth);  // no tail call
}

void in_threads() {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([] { keep_rows(128, 64 * kKilo, false); });
  for (std::thread& thread : threads) thread.join();
}

void in_a_child() {
  keep_rows(128, 64 * kKilo, false);
  const pid_t child = fork();
  if (child == 0) {
    keep_rows(256, 64 * kKilo, false);
    _exit(0);
  }
  int status = 0;
  waitpid(child, &status, 0);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "leak" || what == "clean") {
    keep_rows(1024, 64 * kKilo, what == "clean");
    format_rows(65'536, 4 * kKilo);
  } else if (what == "threads") {
    in_threads();
  } else if (what == "fork") {
    in_a_child();
  } else if (what == "exec") {
    execl(argv[0], argv[0], "leak", nullptr);
  } else if (what == "crash") {
    keep_rows(512, 64 * kKilo, false);
    std::abort();
  } else if (what == "deep") {
    descend(1000);
  } else {
    return 2;
  }
  return 0;
}
