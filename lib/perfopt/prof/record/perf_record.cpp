// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_record.hpp"

#include <asm/perf_regs.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace perfopt::prof {
namespace {

// perf's number of a register and DWARF's.
constexpr std::array<std::pair<unsigned, std::size_t>, Registers::kCount> kRegisters{{
    {PERF_REG_X86_AX, 0},
    {PERF_REG_X86_DX, 1},
    {PERF_REG_X86_CX, 2},
    {PERF_REG_X86_BX, 3},
    {PERF_REG_X86_SI, 4},
    {PERF_REG_X86_DI, 5},
    {PERF_REG_X86_BP, Registers::kBp},
    {PERF_REG_X86_SP, Registers::kSp},
    {PERF_REG_X86_R8, 8},
    {PERF_REG_X86_R9, 9},
    {PERF_REG_X86_R10, 10},
    {PERF_REG_X86_R11, 11},
    {PERF_REG_X86_R12, 12},
    {PERF_REG_X86_R13, 13},
    {PERF_REG_X86_R14, 14},
    {PERF_REG_X86_R15, 15},
    {PERF_REG_X86_IP, Registers::kIp},
}};
constexpr std::size_t kWord = sizeof(std::uint64_t);
// What sample_id repeats at the end of other records, in this order.
constexpr std::uint64_t kIdFields = PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ID | PERF_SAMPLE_STREAM_ID |
                                    PERF_SAMPLE_CPU | PERF_SAMPLE_IDENTIFIER;

std::size_t words(std::uint64_t mask) noexcept {
  return static_cast<std::size_t>(std::popcount(mask));
}

void take_id(RecordCursor& cursor, const RecordLayout& layout, PerfRecord& into) {
  const std::uint64_t type = layout.sample_type;
  if ((type & PERF_SAMPLE_TID) != 0) {
    into.pid = cursor.take<std::uint32_t>();
    into.tid = cursor.take<std::uint32_t>();
  }
  if ((type & PERF_SAMPLE_TIME) != 0) into.time = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_ID) != 0) into.id = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_STREAM_ID) != 0) cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_CPU) != 0) into.cpu = static_cast<std::uint32_t>(cursor.take<std::uint64_t>());
  if ((type & PERF_SAMPLE_IDENTIFIER) != 0) into.id = cursor.take<std::uint64_t>();
}

void take_read_values(RecordCursor& cursor, std::uint64_t format) {
  const std::uint64_t times = format & (PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING);
  const std::uint64_t each = 1 + words(format & (PERF_FORMAT_ID | PERF_FORMAT_LOST));
  if ((format & PERF_FORMAT_GROUP) == 0) {
    cursor.take_items(each + words(times), kWord);
    return;
  }
  const auto count = cursor.take<std::uint64_t>();
  cursor.take_items(words(times), kWord);
  cursor.take_items(count, each * kWord);
}

void take_chain(RecordCursor& cursor, std::vector<std::uint64_t>& chain) {
  const auto from = cursor.take_items(cursor.take<std::uint64_t>(), kWord);
  chain.resize(from.size() / kWord);
  if (!from.empty()) std::memcpy(chain.data(), from.data(), from.size());
}

void skip_branches(RecordCursor& cursor, const RecordLayout& layout) {
  constexpr std::uint64_t kBranch = 3 * kWord;
  const auto count = cursor.take<std::uint64_t>();
  if ((layout.branch_type & PERF_SAMPLE_BRANCH_HW_INDEX) != 0) cursor.take<std::uint64_t>();
  cursor.take_items(count, kBranch);
}

void take_registers(RecordCursor& cursor, std::uint64_t mask, Registers* into) {
  const auto abi = cursor.take<std::uint64_t>();
  if (abi == PERF_SAMPLE_REGS_ABI_NONE) return;
  std::array<std::uint64_t, 64> values{};
  for (unsigned i = 0; i < values.size(); ++i) {
    if ((mask >> i & 1U) != 0) values.at(i) = cursor.take<std::uint64_t>();
  }
  if (into == nullptr || abi != PERF_SAMPLE_REGS_ABI_64) return;
  for (const auto& [perf, dwarf] : kRegisters) {
    if ((mask >> perf & 1U) != 0) into->set(dwarf, values.at(perf));
  }
}

void take_stack(RecordCursor& cursor, PerfRecord& into) {
  into.stack_asked = cursor.take<std::uint64_t>();
  if (into.stack_asked == 0) return;
  const auto copied = cursor.take_bytes(into.stack_asked);
  const auto filled = cursor.take<std::uint64_t>();
  into.stack = copied.first(static_cast<std::size_t>(std::min<std::uint64_t>(filled, copied.size())));
}

void parse_sample(RecordCursor& cursor, const RecordLayout& layout, PerfRecord& into) {
  const std::uint64_t type = layout.sample_type;
  if ((type & PERF_SAMPLE_IDENTIFIER) != 0) into.id = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_IP) != 0) into.ip = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_TID) != 0) {
    into.pid = cursor.take<std::uint32_t>();
    into.tid = cursor.take<std::uint32_t>();
  }
  if ((type & PERF_SAMPLE_TIME) != 0) into.time = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_ADDR) != 0) cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_ID) != 0) into.id = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_STREAM_ID) != 0) cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_CPU) != 0) into.cpu = static_cast<std::uint32_t>(cursor.take<std::uint64_t>());
  if ((type & PERF_SAMPLE_PERIOD) != 0) into.period = cursor.take<std::uint64_t>();
  if ((type & PERF_SAMPLE_READ) != 0) take_read_values(cursor, layout.read_format);
  if ((type & PERF_SAMPLE_CALLCHAIN) != 0) take_chain(cursor, into.chain);
  if ((type & PERF_SAMPLE_RAW) != 0) cursor.take_bytes(cursor.take<std::uint32_t>());
  if ((type & PERF_SAMPLE_BRANCH_STACK) != 0) skip_branches(cursor, layout);
  if ((type & PERF_SAMPLE_REGS_USER) != 0) take_registers(cursor, layout.regs_user, &into.registers);
  if ((type & PERF_SAMPLE_STACK_USER) != 0) take_stack(cursor, into);
  // What may follow (weights, physical addresses) is nothing that we use.
}

void parse_mapping(RecordCursor& cursor, PerfRecord& into) {
  constexpr std::uint32_t kExecute = 4;  // PROT_EXEC
  constexpr std::size_t kIdentity = 24;
  constexpr std::size_t kLongestBuildId = 20;
  into.pid = cursor.take<std::uint32_t>();
  into.tid = cursor.take<std::uint32_t>();
  into.address = cursor.take<std::uint64_t>();
  into.length = cursor.take<std::uint64_t>();
  into.offset = cursor.take<std::uint64_t>();
  into.executable = (into.misc & PERF_RECORD_MISC_MMAP_DATA) == 0;
  if (into.type == PERF_RECORD_MMAP2) {
    RecordCursor identity(cursor.take_bytes(kIdentity));
    if ((into.misc & PERF_RECORD_MISC_MMAP_BUILD_ID) != 0) {
      const auto size = std::min<std::size_t>(identity.take<std::uint32_t>() & 0xFFU, kLongestBuildId);
      into.build_id = identity.take_bytes(size);
    } else {
      const auto major_number = identity.take<std::uint32_t>();
      into.device = makedev(major_number, identity.take<std::uint32_t>());
      into.inode = identity.take<std::uint64_t>();
    }
    into.executable = (cursor.take<std::uint32_t>() & kExecute) != 0;
    cursor.take<std::uint32_t>();  // flags
  }
  into.name = cursor.take_text();
}

void parse_task(RecordCursor& cursor, PerfRecord& into) {
  into.pid = cursor.take<std::uint32_t>();
  into.parent_pid = cursor.take<std::uint32_t>();
  into.tid = cursor.take<std::uint32_t>();
  into.parent_tid = cursor.take<std::uint32_t>();
  into.time = cursor.take<std::uint64_t>();
}

void parse_other(RecordCursor& cursor, PerfRecord& into) {
  switch (into.type) {
    case PERF_RECORD_MMAP:
    case PERF_RECORD_MMAP2:
      parse_mapping(cursor, into);
      break;
    case PERF_RECORD_COMM:
      into.pid = cursor.take<std::uint32_t>();
      into.tid = cursor.take<std::uint32_t>();
      into.name = cursor.take_text();
      break;
    case PERF_RECORD_FORK:
    case PERF_RECORD_EXIT:
      parse_task(cursor, into);
      break;
    case PERF_RECORD_LOST:
      cursor.take<std::uint64_t>();  // id of the event, which the end of the record may repeat
      into.lost = cursor.take<std::uint64_t>();
      break;
    case PERF_RECORD_LOST_SAMPLES:
      into.lost = cursor.take<std::uint64_t>();
      break;
    default:
      break;  // SWITCH has no body; what we do not know has one that we pass over
  }
}

void clear(PerfRecord& record) {
  auto chain = std::move(record.chain);
  chain.clear();
  record = PerfRecord{};
  record.chain = std::move(chain);
}

}  // namespace

RecordLayout layout_of(const perf_event_attr& attr) noexcept {
  return {.sample_type = attr.sample_type,
          .read_format = attr.read_format,
          .branch_type = attr.branch_sample_type,
          .regs_user = attr.sample_regs_user,
          .regs_intr = attr.sample_regs_intr,
          .sample_id_all = attr.sample_id_all != 0};
}

std::uint64_t unwinding_registers() noexcept {
  std::uint64_t mask = 0;
  for (const auto& [perf, dwarf] : kRegisters) mask |= std::uint64_t{1} << perf;
  return mask;
}

bool parse_record(std::span<const std::byte> bytes, const RecordLayout& layout, PerfRecord& into) {
  clear(into);
  RecordCursor cursor(bytes);
  const auto header = cursor.take<perf_event_header>();
  if (!cursor.ok() || header.size != bytes.size()) return false;
  into.type = header.type;
  into.misc = header.misc;
  if (header.type == PERF_RECORD_SAMPLE) {
    parse_sample(cursor, layout, into);
    return cursor.ok();
  }
  // Types from 64 on are perf's own, which have no identity.
  const bool identified = layout.sample_id_all && header.type < 64;
  const std::size_t tail = identified ? words(layout.sample_type & kIdFields) * kWord : 0;
  if (cursor.left() < tail) return false;
  const auto body = cursor.take_bytes(cursor.left() - tail);
  PerfRecord identity;
  take_id(cursor, layout, identity);
  if (identified) {
    into.pid = identity.pid;
    into.tid = identity.tid;
    into.time = identity.time;
    into.id = identity.id;
    into.cpu = identity.cpu;
  }
  RecordCursor body_cursor(body);
  parse_other(body_cursor, into);
  return body_cursor.ok();
}

bool id_place(const RecordLayout& layout, IdPlace& into) noexcept {
  if ((layout.sample_type & PERF_SAMPLE_IDENTIFIER) != 0) {
    into = {.front = 0, .back = 1};
    return true;
  }
  if ((layout.sample_type & PERF_SAMPLE_ID) == 0) return false;
  constexpr std::uint64_t kBefore = PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ADDR;
  constexpr std::uint64_t kBehind = PERF_SAMPLE_STREAM_ID | PERF_SAMPLE_CPU;
  into = {.front = words(layout.sample_type & kBefore) * kWord, .back = words(layout.sample_type & kBehind) + 1};
  return true;
}

std::uint64_t id_at(std::span<const std::byte> bytes, const IdPlace& place) noexcept {
  RecordCursor cursor(bytes);
  const auto header = cursor.take<perf_event_header>();
  if (header.type == PERF_RECORD_SAMPLE) {
    cursor.take_bytes(place.front);
  } else {
    if (cursor.left() < place.back * kWord) return 0;
    cursor.take_bytes(cursor.left() - place.back * kWord);
  }
  return cursor.take<std::uint64_t>();
}

void split_chain(std::span<const std::uint64_t> chain, std::vector<std::uint64_t>& kernel,
                 std::vector<std::uint64_t>& user) {
  kernel.clear();
  user.clear();
  bool in_kernel = false;
  for (const std::uint64_t address : chain) {
    if (address >= static_cast<std::uint64_t>(PERF_CONTEXT_MAX)) {
      in_kernel = address == static_cast<std::uint64_t>(PERF_CONTEXT_KERNEL);
    } else {
      (in_kernel ? kernel : user).push_back(address);
    }
  }
}

}  // namespace perfopt::prof
