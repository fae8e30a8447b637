// SPDX-License-Identifier: Apache-2.0
// A program that waits for known times, and says how long each took by its own clock.
//
//   waits sleep COUNT MS    sleeps COUNT times
//   waits lock COUNT MS     a thread holds a mutex for MS at a time while main() waits for it
//   waits pipe COUNT MS     reads from a pipe into which a child writes each MS
//   waits child COUNT MS    waits for COUNT children that live for MS each
//   waits threads COUNT MS  COUNT threads that sleep for MS, at once
//   waits fault COUNT       touches COUNT fresh pages of memory and does not wait at all
// Prints the nanoseconds that main() spent in the waiting calls.
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

long waited_ns = 0;

template <class Body>
void timed(const Body& body) {
  const auto start = Clock::now();
  body();
  waited_ns += std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
}

void sleep_ms(long ms) {
  timespec pause{};
  pause.tv_sec = ms / 1000;
  pause.tv_nsec = ms % 1000 * 1'000'000;
  ::nanosleep(&pause, nullptr);
}

[[gnu::noinline]] void wait_asleep(long ms) {
  timed([&] { sleep_ms(ms); });
}

[[gnu::noinline]] void wait_for_lock(std::mutex& mutex) {
  timed([&] { mutex.lock(); });
  mutex.unlock();
}

[[gnu::noinline]] void wait_for_pipe(int fd) {
  char byte = 0;
  timed([&] { (void)!::read(fd, &byte, 1); });
}

[[gnu::noinline]] void wait_for_child(pid_t pid) {
  timed([&] { ::waitpid(pid, nullptr, 0); });
}

void lock(int count, long ms) {
  std::mutex mutex;
  std::binary_semaphore held{0};
  std::binary_semaphore next{0};
  std::thread holder([&] {
    for (int i = 0; i < count; ++i) {
      mutex.lock();
      held.release();
      sleep_ms(ms);
      mutex.unlock();
      next.acquire();
    }
  });
  for (int i = 0; i < count; ++i) {
    held.acquire();
    wait_for_lock(mutex);
    next.release();
  }
  holder.join();
}

void pipe(int count, long ms) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) std::abort();
  const pid_t writer = ::fork();
  if (writer == 0) {
    for (int i = 0; i < count; ++i) {
      sleep_ms(ms);
      (void)!::write(ends[1], "x", 1);
    }
    ::_exit(0);
  }
  for (int i = 0; i < count; ++i) wait_for_pipe(ends[0]);
  ::waitpid(writer, nullptr, 0);
}

void child(int count, long ms) {
  for (int i = 0; i < count; ++i) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      sleep_ms(ms);
      ::_exit(0);
    }
    wait_for_child(pid);
  }
}

void threads(int count, long ms) {
  std::vector<std::thread> all;
  for (int i = 0; i < count; ++i) all.emplace_back([ms] { sleep_ms(ms); });
  timed([&] {
    for (std::thread& one : all) one.join();
  });
}

[[gnu::noinline]] void touch(char* page) {
  *static_cast<volatile char*>(page) = 1;
}

void fault(long count) {
  constexpr std::size_t kPage = 4096;
  const std::size_t bytes = static_cast<std::size_t>(count) * kPage;
  void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED || ::madvise(memory, bytes, MADV_NOHUGEPAGE) != 0) std::abort();
  for (std::size_t at = 0; at < bytes; at += kPage) touch(static_cast<char*>(memory) + at);
}

}  // namespace

int main(int argc, char** argv) {
  const char* kind = argc > 1 ? argv[1] : "";
  const int count = argc > 3 ? std::atoi(argv[2]) : 1;
  const long ms = argc > 2 ? std::atol(argv[argc - 1]) : 10;
  if (std::strcmp(kind, "sleep") == 0) {
    for (int i = 0; i < count; ++i) wait_asleep(ms);
  } else if (std::strcmp(kind, "lock") == 0) {
    lock(count, ms);
  } else if (std::strcmp(kind, "pipe") == 0) {
    pipe(count, ms);
  } else if (std::strcmp(kind, "child") == 0) {
    child(count, ms);
  } else if (std::strcmp(kind, "threads") == 0) {
    threads(count, ms);
  } else if (std::strcmp(kind, "fault") == 0) {
    fault(ms);
  } else {
    std::fprintf(stderr, "waits sleep|lock|pipe|child|threads|fault COUNT MS\n");
    return 2;
  }
  std::printf("%ld\n", waited_ns);
  return 0;
}
