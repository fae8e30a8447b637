// SPDX-License-Identifier: Apache-2.0
// Two threads count in one cache line; clean: in a line each.
#include <array>
#include <atomic>
#include <thread>

#include "fault.hpp"

namespace {

struct Close {
  std::atomic<unsigned long long> value{0};
};
struct alignas(128) Apart {
  std::atomic<unsigned long long> value{0};
};

std::array<Close, 2> close_by;
std::array<Apart, 2> apart;

template <class Counter>
[[gnu::noinline]] void count(const fault::Run& run, Counter& counter) {
  while (run.goes_on()) {
    for (int i = 0; i < 100000; ++i) counter.value.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  const auto work = [&run](std::size_t i) { run.clean() ? count(run, apart.at(i)) : count(run, close_by.at(i)); };
  std::thread other(work, 1);
  work(0);
  other.join();
  return fault::Run::done(close_by[0].value + apart[0].value);
}
