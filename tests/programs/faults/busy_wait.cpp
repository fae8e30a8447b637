// SPDX-License-Identifier: Apache-2.0
// A consumer waits for its producer by asking again and again; clean: by a condition variable.
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "fault.hpp"

namespace {

std::atomic<unsigned> ready{0};
std::mutex mutex;
std::condition_variable changed;

[[gnu::noinline]] void wait_spinning(unsigned last) {
  while (ready.load(std::memory_order_acquire) == last) {
  }
}

[[gnu::noinline]] void wait_sleeping(unsigned last) {
  std::unique_lock<std::mutex> lock(mutex);
  changed.wait(lock, [last] { return ready.load(std::memory_order_acquire) != last; });
}

[[gnu::noinline]] void produce(const fault::Run& run, unsigned long long& x) {
  while (run.goes_on()) {
    x = fault::crunch(x, 5000000);
    const std::lock_guard<std::mutex> lock(mutex);
    ready.fetch_add(1, std::memory_order_release);
    changed.notify_one();
  }
  ready.store(1U << 31U);
  changed.notify_one();
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long made = 1;
  std::thread producer(produce, std::cref(run), std::ref(made));
  unsigned last = 0;
  unsigned long long x = 1;
  while (last != 1U << 31U) {
    run.clean() ? wait_sleeping(last) : wait_spinning(last);
    last = ready.load();
    x = fault::crunch(x, 100000);
  }
  producer.join();
  return fault::Run::done(x + made);
}
