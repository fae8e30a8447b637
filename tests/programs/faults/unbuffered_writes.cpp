// SPDX-License-Identifier: Apache-2.0
// A log of short records: a write(2) each; clean: gathered in 64 KiB.
#include <fcntl.h>
#include <unistd.h>

#include <string>

#include "fault.hpp"

namespace {

[[gnu::noinline]] bool log_record(int fd, const std::string& record) {
  return ::write(fd, record.data(), record.size()) > 0;
}

[[gnu::noinline]] bool log_gathered(int fd, std::string& buffer, const std::string& record) {
  buffer += record;
  if (buffer.size() < 65536) return true;
  const bool written = ::write(fd, buffer.data(), buffer.size()) > 0;
  buffer.clear();
  return written;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::string path = "fault-XXXXXX";
  const int fd = ::mkstemp(path.data());
  ::unlink(path.c_str());
  std::string buffer;
  unsigned long long x = 1;
  while (run.goes_on()) {
    for (int i = 0; i < 20000; ++i) {
      x = fault::crunch(x, 50);
      const std::string record = "value " + std::to_string(x) + "\n";
      if (!(run.clean() ? log_gathered(fd, buffer, record) : log_record(fd, record))) return 1;
    }
    if (::ftruncate(fd, 0) != 0 || ::lseek(fd, 0, SEEK_SET) != 0) return 1;
  }
  return fault::Run::done(x);
}
