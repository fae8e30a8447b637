// SPDX-License-Identifier: Apache-2.0
// Two threads have work, the first half of it is done by one of them; clean: by both.
#include <thread>

#include "fault.hpp"

namespace {

[[gnu::noinline]] unsigned long long prepare(const fault::Run& run, unsigned long long x) {
  while (run.part() < 0.5) x = fault::crunch(x, 100000);
  return x;
}

[[gnu::noinline]] unsigned long long process(const fault::Run& run, unsigned long long x) {
  while (run.goes_on()) x = fault::crunch(x, 100000);
  return x;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long x = run.clean() ? 1 : prepare(run, 1);
  unsigned long long y = 0;
  std::thread other([&] { y = process(run, run.clean() ? prepare(run, 2) : 2); });
  x = process(run, run.clean() ? prepare(run, 1) : x);
  other.join();
  return fault::Run::done(x + y);
}
