// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_ring.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstring>
#include <vector>

#include "perfopt/core/error.hpp"
#include "prof_records.hpp"

using namespace perfopt::prof;
using perfopt::test::RecordBytes;

namespace {

constexpr std::size_t kBytes = 256;

// The kernel's side of a ring.
class Writer {
 public:
  Writer() : memory_(static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) + kBytes) {}

  void write(std::span<const std::byte> record) {
    for (const std::byte byte : record) data()[head_++ % kBytes] = byte;
    facts().data_head = head_;
  }
  [[nodiscard]] std::span<std::byte> memory() { return memory_; }
  [[nodiscard]] std::uint64_t tail() { return facts().data_tail; }

 private:
  perf_event_mmap_page& facts() { return *reinterpret_cast<perf_event_mmap_page*>(memory_.data()); }
  std::byte* data() { return memory_.data() + (memory_.size() - kBytes); }

  std::vector<std::byte> memory_;
  std::uint64_t head_ = 0;
};

std::vector<std::byte> record(std::uint64_t number, std::size_t words) {
  RecordBytes bytes(PERF_RECORD_SAMPLE, 0);
  for (std::size_t i = 0; i < words; ++i) bytes.put(number);
  return bytes.done();
}

}  // namespace

TEST_CASE("records come out as they went in, however they lie around the end of the ring") {
  Writer writer;
  PerfRing ring(writer.memory());
  for (std::uint64_t number = 1; number < 500; ++number) {
    const auto in = record(number, number % 13 + 1);
    writer.write(in);
    ring.refresh();
    const auto out = ring.peek();
    REQUIRE(std::vector<std::byte>(out.begin(), out.end()) == in);
    ring.pop();
    CHECK(ring.peek().empty());
  }
}

TEST_CASE("what is written after a look is seen at the next") {
  Writer writer;
  PerfRing ring(writer.memory());
  writer.write(record(1, 2));
  CHECK(ring.peek().empty());
  ring.refresh();
  writer.write(record(2, 2));
  REQUIRE_FALSE(ring.peek().empty());
  const std::uint64_t before = writer.tail();
  ring.pop();
  CHECK(writer.tail() == before + 24);  // its room is the kernel's again
  CHECK(ring.peek().empty());
  ring.refresh();
  CHECK_FALSE(ring.peek().empty());
}

TEST_CASE("a ring that holds no records is refused") {
  for (const std::uint16_t size : {std::uint16_t{0}, std::uint16_t{4}, std::uint16_t{200}}) {
    Writer writer;
    PerfRing ring(writer.memory());
    const perf_event_header header{PERF_RECORD_SAMPLE, 0, size};
    writer.write(std::as_bytes(std::span(&header, 1)));
    ring.refresh();
    CHECK_THROWS_AS((void)ring.peek(), perfopt::Error);
  }
}
