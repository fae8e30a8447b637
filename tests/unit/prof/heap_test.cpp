// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/heap.hpp"

#include <cstring>
#include <memory>
#include <random>
#include <vector>

#include <doctest/doctest.h>

#include "perfopt/prof/record/heap_library.hpp"
#include "perfopt/prof/record/heap_ring.hpp"

using namespace perfopt::prof;

namespace {

// A ring in our own memory, written as the library does.
struct Writer {
  std::vector<std::uint64_t> memory = std::vector<std::uint64_t>(heap::kHeaderBytes / 8 + heap::kRingWords);
  heap::Header& header = *new (memory.data()) heap::Header{};

  void raw(std::uint64_t word) {
    const std::uint64_t at = header.written.load();
    memory[heap::kHeaderBytes / 8 + at % heap::kRingWords] = word;
    header.written.store(at + 1);
  }
  void record(heap::Kind kind, const std::vector<std::uint64_t>& words) {
    raw(static_cast<std::uint64_t>(kind) | (words.size() + 1) << 8U);
    for (const std::uint64_t word : words) raw(word);
  }
};

}  // namespace

TEST_CASE("what a sample stands for makes sums unbiased, whatever the sizes") {
  CHECK(allocation_weight(100'000'000, 1000).bytes == 100'000'000);
  CHECK(allocation_weight(100'000'000, 1000).count == 1);
  CHECK(allocation_weight(1, 1024).bytes == doctest::Approx(1024).epsilon(0.01));
  CHECK(allocation_weight(0, 512).bytes == 0);
  std::mt19937_64 random(1);
  for (const std::uint64_t size : {16U, 1000U, 40'000U, 2'000'000U}) {
    constexpr std::uint64_t kMean = 64 * 1024;
    std::exponential_distribution<double> interval(1.0 / kMean);
    const std::uint64_t blocks = 4'000'000'000U / size;
    double until = interval(random);
    double told = 0;
    for (std::uint64_t i = 0; i < blocks; ++i) {
      until -= static_cast<double>(size);
      if (until >= 0) continue;
      told += static_cast<double>(allocation_weight(size, kMean).bytes);
      until = interval(random);
    }
    CAPTURE(size);
    CHECK(told / static_cast<double>(blocks * size) == doctest::Approx(1).epsilon(0.03));
  }
}

TEST_CASE("records are read as they were written, across the end of the ring") {
  Writer writer;
  HeapRing ring(writer.memory.data());
  HeapRecord record;
  CHECK_FALSE(ring.next(record));
  for (int round = 0; round < 40'000; ++round) {
    writer.record(heap::Kind::alloc, {7, 8, 0x1000, 64, 512, 0xa, 0xb, heap::kCut});
    REQUIRE(ring.next(record));
    CHECK(record.kind == heap::Kind::alloc);
    CHECK(record.tid == 8);
    CHECK(record.bytes == 64);
    CHECK(record.mean == 512);
    CHECK(record.cut);
    REQUIRE(record.chain.size() == 2);
    CHECK(record.chain[1] == 0xb);
  }
  std::uint64_t text = 0;
  std::memcpy(&text, "/bin/ls", 8);
  writer.record(heap::Kind::map, {0x5000, 0x1000, 0, text});
  REQUIRE(ring.next(record));
  CHECK(record.text == "/bin/ls");
  CHECK_FALSE(ring.next(record));
  CHECK_FALSE(ring.broken());
}

TEST_CASE("a ring that the program overwrote is read no further") {
  for (const std::uint64_t head : {0ULL, 1ULL << 8U, ~0ULL, 3ULL | 2000ULL << 8U, 3ULL | 500ULL << 8U,
                                   3ULL | 3ULL << 8U, 9ULL | 4ULL << 8U, 2ULL | 3ULL << 8U}) {
    CAPTURE(head);
    Writer writer;
    HeapRing ring(writer.memory.data());
    writer.raw(head);
    for (int i = 0; i < 10; ++i) writer.raw(0);
    HeapRecord record;
    CHECK_FALSE(ring.next(record));
    CHECK(ring.broken());
  }
  Writer writer;
  HeapRing ring(writer.memory.data());
  writer.header.written.store(~0ULL);
  HeapRecord record;
  CHECK_FALSE(ring.next(record));
  CHECK(ring.broken());
  std::mt19937_64 random(3);
  for (int round = 0; round < 200; ++round) {
    Writer noise;
    HeapRing noisy(noise.memory.data());
    for (int i = 0; i < 500; ++i) noise.raw(random() % 2 == 0 ? random() : random() % 0x900);
    for (int i = 0; i < 500 && noisy.next(record); ++i) continue;
  }
}

TEST_CASE("the library is there, and is a shared object") {
  CHECK(heap_library().size() > 10'000);
  CHECK(
      heap_library().starts_with("\x7f"
                                 "ELF"));
  CHECK(preload_refusal("/bin/sh").empty());
  CHECK(preload_refusal("/etc/passwd").empty());
}
