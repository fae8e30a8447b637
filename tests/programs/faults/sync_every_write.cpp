// SPDX-License-Identifier: Apache-2.0
// A journal that is made durable after each record; clean: after all that came in half a second.
#include <unistd.h>

#include <string>

#include "fault.hpp"

namespace {

[[gnu::noinline]] bool append(int fd, const std::string& record) {
  return ::write(fd, record.data(), record.size()) > 0;
}

[[gnu::noinline]] bool commit(int fd) {
  return ::fdatasync(fd) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::string path = "fault-XXXXXX";
  const int fd = ::mkstemp(path.data());
  ::unlink(path.c_str());
  unsigned long long x = 1;
  double committed = 0;
  while (run.goes_on()) {
    x = fault::crunch(x, 200000);
    if (!append(fd, "value " + std::to_string(x) + "\n")) return 1;
    if (run.clean() && run.part() < committed + 0.33) continue;
    committed = run.part();
    if (!commit(fd)) return 1;
  }
  return fault::Run::done(x);
}
