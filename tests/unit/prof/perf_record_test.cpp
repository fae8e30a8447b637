// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_record.hpp"

#include <asm/perf_regs.h>
#include <doctest/doctest.h>

#include <list>

#include <cstring>
#include <string_view>
#include <vector>

#include "prof_records.hpp"

using namespace perfopt::prof;
using perfopt::test::RecordBytes;

namespace {

constexpr std::uint64_t kIds = PERF_SAMPLE_IDENTIFIER | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_CPU;
constexpr RecordLayout kOurs{.sample_type = kIds | PERF_SAMPLE_IP | PERF_SAMPLE_PERIOD | PERF_SAMPLE_CALLCHAIN |
                                            PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER,
                             .regs_user = (1U << PERF_REG_X86_SP) | (1U << PERF_REG_X86_IP),
                             .sample_id_all = true};

// A sample as the kernel lays it out: chain of `chain` addresses, a stack of `stack` bytes of which `filled` are there.
RecordBytes sample(std::uint64_t chain, std::uint64_t stack, std::uint64_t filled) {
  RecordBytes bytes(PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER);
  bytes.put<std::uint64_t>(77).put<std::uint64_t>(0x401000);  // id, ip
  bytes.put<std::uint32_t>(10).put<std::uint32_t>(11);        // pid, tid
  bytes.put<std::uint64_t>(5000).put<std::uint64_t>(3);       // time, cpu
  bytes.put<std::uint64_t>(1'001'001);                        // period
  bytes.put(chain);
  for (std::uint64_t i = 0; i < chain; ++i) bytes.put(i == 0 ? static_cast<std::uint64_t>(PERF_CONTEXT_KERNEL) : i);
  bytes.put<std::uint64_t>(PERF_SAMPLE_REGS_ABI_64).put<std::uint64_t>(0x7ff0).put<std::uint64_t>(0x401000);
  bytes.put(stack);
  for (std::uint64_t i = 0; i < stack; ++i) bytes.put(static_cast<std::uint8_t>(i));
  if (stack != 0) bytes.put(filled);
  return bytes;
}

}  // namespace

TEST_CASE("a sample is decoded field by field") {
  const auto bytes = sample(3, 64, 40).done();
  PerfRecord record;
  REQUIRE(parse_record(bytes, kOurs, record));
  CHECK(record.id == 77);
  CHECK(record.ip == 0x401000);
  CHECK(record.pid == 10);
  CHECK(record.tid == 11);
  CHECK(record.time == 5000);
  CHECK(record.cpu == 3);
  CHECK(record.period == 1'001'001);
  CHECK(record.registers.sp() == 0x7ff0);
  CHECK(record.registers.ip() == 0x401000);
  CHECK_FALSE(record.registers.has(Registers::kBp));
  CHECK(record.stack_asked == 64);
  REQUIRE(record.stack.size() == 40);
  CHECK(record.stack[39] == std::byte{39});
  std::vector<std::uint64_t> kernel;
  std::vector<std::uint64_t> user;
  split_chain(record.chain, kernel, user);
  CHECK(kernel == std::vector<std::uint64_t>{1, 2});
  CHECK(user.empty());
}

TEST_CASE("a record that is cut anywhere is refused, and never read beyond its end") {
  const auto whole = sample(3, 64, 40).done();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // Memory of exactly that size: the sanitizer sees a read behind it.
    std::vector<std::byte> cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    if (size >= sizeof(perf_event_header)) {
      const auto told = static_cast<std::uint16_t>(size);
      std::memcpy(cut.data() + offsetof(perf_event_header, size), &told, sizeof told);
    }
    PerfRecord record;
    CHECK_FALSE(parse_record(cut, kOurs, record));
  }
}

TEST_CASE("counts and sizes that overflow are refused") {
  for (const std::uint64_t huge : {~std::uint64_t{0}, std::uint64_t{1} << 61U, std::uint64_t{1} << 32U}) {
    RecordBytes chain(PERF_RECORD_SAMPLE, 0);
    chain.put(huge).put<std::uint64_t>(1);
    PerfRecord record;
    CHECK_FALSE(parse_record(chain.done(), {.sample_type = PERF_SAMPLE_CALLCHAIN}, record));
    RecordBytes stack(PERF_RECORD_SAMPLE, 0);
    stack.put(huge).put<std::uint64_t>(1);
    CHECK_FALSE(parse_record(stack.done(), {.sample_type = PERF_SAMPLE_STACK_USER}, record));
    RecordBytes branches(PERF_RECORD_SAMPLE, 0);
    branches.put(huge).put<std::uint64_t>(1);
    CHECK_FALSE(parse_record(branches.done(), {.sample_type = PERF_SAMPLE_BRANCH_STACK}, record));
    RecordBytes values(PERF_RECORD_SAMPLE, 0);
    values.put(huge).put<std::uint64_t>(1);
    CHECK_FALSE(
        parse_record(values.done(), {.sample_type = PERF_SAMPLE_READ, .read_format = PERF_FORMAT_GROUP}, record));
  }
}

TEST_CASE("a stack that says it is longer than its copy is as long as its copy") {
  const auto bytes = sample(1, 16, 4096).done();
  PerfRecord record;
  REQUIRE(parse_record(bytes, kOurs, record));
  CHECK(record.stack.size() == 16);
}

TEST_CASE("what stands between the fields we use is passed over") {
  RecordBytes bytes(PERF_RECORD_SAMPLE, 0);
  bytes.put<std::uint64_t>(0x1000);                                         // ip
  bytes.put<std::uint64_t>(2).put<std::uint64_t>(9).put<std::uint64_t>(9);  // read: 2 counters, times
  for (int i = 0; i < 4; ++i) bytes.put<std::uint64_t>(5);                  // value, id each
  bytes.put<std::uint32_t>(4).put<std::uint32_t>(0xABCD);                   // raw
  bytes.put<std::uint64_t>(1).put<std::uint64_t>(0);                        // one branch, hw index
  for (int i = 0; i < 3; ++i) bytes.put<std::uint64_t>(6);
  bytes.put<std::uint64_t>(PERF_SAMPLE_REGS_ABI_64).put<std::uint64_t>(0x7000);
  bytes.put<std::uint64_t>(0);    // no stack
  bytes.put<std::uint64_t>(123);  // weight
  const RecordLayout layout{.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_READ | PERF_SAMPLE_RAW |
                                           PERF_SAMPLE_BRANCH_STACK | PERF_SAMPLE_REGS_USER | PERF_SAMPLE_STACK_USER |
                                           PERF_SAMPLE_WEIGHT,
                            .read_format = PERF_FORMAT_GROUP | PERF_FORMAT_ID | PERF_FORMAT_TOTAL_TIME_ENABLED |
                                           PERF_FORMAT_TOTAL_TIME_RUNNING,
                            .branch_type = PERF_SAMPLE_BRANCH_HW_INDEX,
                            .regs_user = 1U << PERF_REG_X86_SP};
  PerfRecord record;
  REQUIRE(parse_record(bytes.done(), layout, record));
  CHECK(record.ip == 0x1000);
  CHECK(record.registers.sp() == 0x7000);
  CHECK(record.stack.empty());
}

TEST_CASE("a 32-bit thread has no registers to unwind with") {
  RecordBytes bytes(PERF_RECORD_SAMPLE, 0);
  bytes.put<std::uint64_t>(PERF_SAMPLE_REGS_ABI_32).put<std::uint64_t>(0x7000);
  PerfRecord record;
  REQUIRE(
      parse_record(bytes.done(), {.sample_type = PERF_SAMPLE_REGS_USER, .regs_user = 1U << PERF_REG_X86_SP}, record));
  CHECK(record.registers.known == 0);
}

TEST_CASE("mappings, names, forks and switches, with who and when behind them") {
  std::list<std::vector<std::byte>> kept;  // records are views
  const auto identified = [&kept](RecordBytes bytes) -> const std::vector<std::byte>& {
    bytes.put<std::uint32_t>(20).put<std::uint32_t>(21).put<std::uint64_t>(900).put<std::uint64_t>(1);
    return kept.emplace_back(bytes.put<std::uint64_t>(77).done());
  };
  PerfRecord record;

  RecordBytes map(PERF_RECORD_MMAP2, PERF_RECORD_MISC_USER);
  map.put<std::uint32_t>(10).put<std::uint32_t>(11);
  map.put<std::uint64_t>(0x400000).put<std::uint64_t>(0x2000).put<std::uint64_t>(0x1000);
  map.put<std::uint32_t>(8).put<std::uint32_t>(1).put<std::uint64_t>(4711).put<std::uint64_t>(0);
  map.put<std::uint32_t>(5).put<std::uint32_t>(2).text("/bin/true");
  REQUIRE(parse_record(identified(map), kOurs, record));
  CHECK(record.name == "/bin/true");
  CHECK(record.address == 0x400000);
  CHECK(record.length == 0x2000);
  CHECK(record.offset == 0x1000);
  CHECK(record.inode == 4711);
  CHECK(record.device == 0x801);
  CHECK(record.executable);
  CHECK(record.pid == 10);
  CHECK(record.time == 900);
  CHECK(record.cpu == 1);

  RecordBytes comm(PERF_RECORD_COMM, PERF_RECORD_MISC_COMM_EXEC);
  comm.put<std::uint32_t>(10).put<std::uint32_t>(10).text("worker");
  REQUIRE(parse_record(identified(comm), kOurs, record));
  CHECK(record.name == "worker");

  RecordBytes fork(PERF_RECORD_FORK, 0);
  fork.put<std::uint32_t>(30).put<std::uint32_t>(10).put<std::uint32_t>(31).put<std::uint32_t>(11);
  fork.put<std::uint64_t>(901);
  REQUIRE(parse_record(identified(fork), kOurs, record));
  CHECK(record.pid == 30);
  CHECK(record.tid == 31);
  CHECK(record.parent_pid == 10);
  CHECK(record.parent_tid == 11);
  CHECK(record.time == 901);

  REQUIRE(parse_record(identified(RecordBytes(PERF_RECORD_SWITCH, PERF_RECORD_MISC_SWITCH_OUT)), kOurs, record));
  CHECK(record.pid == 20);
  CHECK(record.tid == 21);

  RecordBytes lost(PERF_RECORD_LOST, 0);
  lost.put<std::uint64_t>(77).put<std::uint64_t>(12);
  REQUIRE(parse_record(identified(lost), kOurs, record));
  CHECK(record.lost == 12);
}

TEST_CASE("the id of a record is found before its layout is known") {
  IdPlace place;
  REQUIRE(id_place(kOurs, place));
  CHECK(id_at(sample(1, 0, 0).done(), place) == 77);
  RecordBytes other(PERF_RECORD_SWITCH, 0);
  other.put<std::uint64_t>(1).put<std::uint64_t>(2).put<std::uint64_t>(3).put<std::uint64_t>(78);
  CHECK(id_at(other.done(), place) == 78);
  REQUIRE(id_place({.sample_type = PERF_SAMPLE_IP | PERF_SAMPLE_TIME | PERF_SAMPLE_ID | PERF_SAMPLE_CPU}, place));
  CHECK(place.front == 16);
  CHECK(place.back == 2);
  CHECK_FALSE(id_place({.sample_type = PERF_SAMPLE_IP}, place));
  CHECK(id_at(RecordBytes(PERF_RECORD_SWITCH, 0).done(), place) == 0);
}
