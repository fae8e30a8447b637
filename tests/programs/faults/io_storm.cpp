// SPDX-License-Identifier: Apache-2.0
// Settings opened, read and closed for each record; clean: for each block of 4096 records.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

#include "fault.hpp"

namespace {

[[gnu::noinline]] unsigned long long settings(const std::string& path) {
  std::array<char, 4096> text{};
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const ssize_t size = ::read(fd, text.data(), text.size());
  ::close(fd);
  return size > 0 ? static_cast<unsigned char>(text[static_cast<std::size_t>(size) - 1]) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::string path = "fault-XXXXXX";
  const int fd = ::mkstemp(path.data());
  const std::string content(2000, 'x');
  if (::write(fd, content.data(), content.size()) < 0) return 1;
  constexpr int kRecords = 4096;
  unsigned long long x = 1;
  while (run.goes_on()) {
    unsigned long long setting = settings(path);
    for (int i = 0; i < kRecords; ++i) {
      x = fault::crunch(x, 300);
      if (!run.clean()) setting = settings(path);
      x += setting;
    }
  }
  ::close(fd);
  ::unlink(path.c_str());
  return fault::Run::done(x);
}
