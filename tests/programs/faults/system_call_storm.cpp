// SPDX-License-Identifier: Apache-2.0
// How long a file is, asked of the system for each record; clean: once a block of 64 Ki records.
#include <sys/stat.h>

#include "fault.hpp"

namespace {

[[gnu::noinline]] unsigned long long size_now(const char* path) {
  struct stat status{};
  return ::stat(path, &status) == 0 ? static_cast<unsigned long long>(status.st_size) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  constexpr int kRecords = 65536;
  unsigned long long x = 1;
  while (run.goes_on()) {
    unsigned long long size = size_now("/");
    for (int i = 0; i < kRecords; ++i) {
      x = fault::crunch(x, 100);
      if (!run.clean()) size = size_now("/");
      x += size;
    }
  }
  return fault::Run::done(x);
}
