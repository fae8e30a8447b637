// SPDX-License-Identifier: Apache-2.0
// Threads count into one map under one lock, held for most of the work; clean: each into its own, joined at the end.
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "fault.hpp"

namespace {

std::mutex mutex;
std::map<unsigned, unsigned long long> shared;

[[gnu::noinline]] void count_shared(const fault::Run& run, unsigned long long x) {
  while (run.goes_on()) {
    const std::lock_guard<std::mutex> lock(mutex);
    x = fault::crunch(x, 20000);
    ++shared[static_cast<unsigned>(x >> 54U)];
  }
}

[[gnu::noinline]] void count_apart(const fault::Run& run, unsigned long long x) {
  std::map<unsigned, unsigned long long> own;
  while (run.goes_on()) {
    x = fault::crunch(x, 20000);
    ++own[static_cast<unsigned>(x >> 54U)];
  }
  const std::lock_guard<std::mutex> lock(mutex);
  for (const auto& [key, count] : own) shared[key] += count;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 4; ++i) {
    threads.emplace_back([&run, i] { run.clean() ? count_apart(run, i) : count_shared(run, i); });
  }
  for (std::thread& thread : threads) thread.join();
  return fault::Run::done(shared.size());
}
