// SPDX-License-Identifier: Apache-2.0
// A file of records read by a read(2) of 16 bytes each; clean: 64 KiB at a time.
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "fault.hpp"

namespace {

[[gnu::noinline]] unsigned long long sum_by_records(int fd) {
  std::array<unsigned long long, 2> record{};
  unsigned long long sum = 0;
  while (::read(fd, record.data(), sizeof record) == static_cast<ssize_t>(sizeof record)) {
    sum += fault::crunch(record[0], 20) + record[1];
  }
  return sum;
}

[[gnu::noinline]] unsigned long long sum_by_blocks(int fd) {
  std::vector<unsigned long long> block(8192);
  unsigned long long sum = 0;
  while (::read(fd, block.data(), block.size() * sizeof block[0]) > 0) {
    for (std::size_t i = 0; i < block.size(); i += 2) sum += fault::crunch(block[i], 20) + block[i + 1];
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::string path = "fault-XXXXXX";
  const int fd = ::mkstemp(path.data());
  ::unlink(path.c_str());
  const std::vector<unsigned long long> block(8192, 3);
  for (int i = 0; i < 16; ++i) {
    if (::write(fd, block.data(), block.size() * sizeof block[0]) < 0) return 1;
  }
  unsigned long long sum = 0;
  while (run.goes_on()) {
    if (::lseek(fd, 0, SEEK_SET) != 0) return 1;
    sum += run.clean() ? sum_by_blocks(fd) : sum_by_records(fd);
  }
  return fault::Run::done(sum);
}
