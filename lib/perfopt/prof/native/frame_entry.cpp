// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/frame_entry.hpp"

#include <limits>
#include <string_view>

#include "perfopt/prof/native/byte_reader.hpp"
#include "perfopt/prof/native/eh_pointer.hpp"

namespace perfopt::prof {
namespace {

constexpr std::uint32_t kLongForm = 0xFFFFFFFFU;  // a length of 64 bits follows

// The head that CIE and FDE have in common.
struct Head {
  std::uint64_t content = 0;  // offset after the identification
  std::uint64_t end = 0;
  bool is_shared = false;       // a CIE
  std::uint64_t shared_at = 0;  // of an FDE: the offset of its CIE
};

// A length of 0 gives an empty head, which the linker uses to end a part of the section.
std::optional<Head> read_head(const FrameSection& section, std::uint64_t offset) {
  ByteReader reader(section.bytes);
  reader.seek(offset);
  std::uint64_t length = reader.value<std::uint32_t>();
  const bool is_long = length == kLongForm;
  if (is_long) length = reader.value<std::uint64_t>();
  if (!reader.ok() || length > section.bytes.size() - reader.position()) return std::nullopt;
  const std::uint64_t field = reader.position();
  Head head;
  head.content = head.end = field + length;
  if (length == 0) return head;
  const bool is_eh = section.format == FrameFormat::eh_frame;
  // .eh_frame has an identification of 4 bytes in the long form too.
  const bool wide = is_long && !is_eh;
  const std::uint64_t id = wide ? reader.value<std::uint64_t>() : reader.value<std::uint32_t>();
  if (!reader.ok() || reader.position() > head.end) return std::nullopt;
  head.content = reader.position();
  const std::uint64_t shared_id = wide ? std::numeric_limits<std::uint64_t>::max() : kLongForm;
  head.is_shared = is_eh ? id == 0 : id == shared_id;
  head.shared_at = is_eh ? field - id : id;
  return head;
}

struct Shared {
  std::uint64_t code_alignment = 1;
  std::int64_t data_alignment = 1;
  std::uint8_t encoding = 0;
  bool signal_frame = false;
  bool augmented = false;
  std::span<const std::byte> program;
};

// The characters of an augmentation 'z...', whose data starts where `reader` stands.
bool read_augmentation(std::string_view augmentation, ByteReader& reader, Shared& shared) {
  const std::uint64_t length = reader.uleb();
  const std::uint64_t end = reader.position() + length;
  for (const char one : augmentation.substr(1)) {
    if (one == 'R') {
      shared.encoding = reader.value<std::uint8_t>();
    } else if (one == 'S') {
      shared.signal_frame = true;
    } else if (one == 'L') {
      static_cast<void>(reader.value<std::uint8_t>());
    } else if (one == 'P') {
      // Where the personality routine is does not matter, and it may lie behind an indirection.
      const auto encoding = reader.value<std::uint8_t>();
      if (encoding != kEhOmitted && !read_eh_pointer(reader, encoding & 0x0FU)) return false;
    } else {
      break;  // of a later standard: its length lets us go on
    }
  }
  if (end < length) return false;
  reader.seek(end);
  return reader.ok();
}

std::optional<Shared> read_shared(const FrameSection& section, std::uint64_t offset) {
  const auto head = read_head(section, offset);
  if (!head || !head->is_shared) return std::nullopt;
  ByteReader reader(section.bytes.first(static_cast<std::size_t>(head->end)), section.address);
  reader.seek(head->content);
  Shared shared;
  const auto version = reader.value<std::uint8_t>();
  const std::string_view augmentation = reader.text();
  if (version != 1 && version != 3 && version != 4) return std::nullopt;
  if (version == 4) {
    const auto address_size = reader.value<std::uint8_t>();
    const auto selector_size = reader.value<std::uint8_t>();
    if (address_size != sizeof(std::uint64_t) || selector_size != 0) return std::nullopt;
  }
  shared.code_alignment = reader.uleb();
  shared.data_alignment = reader.sleb();
  const std::uint64_t return_column = version == 1 ? reader.value<std::uint8_t>() : reader.uleb();
  if (!reader.ok() || return_column != Registers::kIp) return std::nullopt;
  if (!augmentation.empty()) {
    if (augmentation[0] != 'z' || !read_augmentation(augmentation, reader, shared)) return std::nullopt;
    shared.augmented = true;
  }
  shared.program = reader.block(head->end - reader.position());
  return shared;
}

}  // namespace

std::optional<FrameRecord> read_frame_record(const FrameSection& section, std::uint64_t offset) {
  const auto head = read_head(section, offset);
  if (!head) return std::nullopt;
  return FrameRecord{head->end, !head->is_shared && head->content < head->end};
}

std::optional<FrameEntry> read_frame_entry(const FrameSection& section, std::uint64_t offset) {
  const auto head = read_head(section, offset);
  if (!head || head->is_shared || head->content == head->end) return std::nullopt;
  const auto shared = read_shared(section, head->shared_at);
  if (!shared) return std::nullopt;
  ByteReader reader(section.bytes.first(static_cast<std::size_t>(head->end)), section.address);
  reader.seek(head->content);
  const auto begin = read_eh_pointer(reader, shared->encoding);
  const auto length = read_eh_pointer(reader, shared->encoding & 0x0FU);
  if (!begin || !length || *begin + *length < *begin) return std::nullopt;
  if (shared->augmented) static_cast<void>(reader.block(reader.uleb()));
  if (!reader.ok()) return std::nullopt;
  FrameEntry entry;
  entry.begin = *begin;
  entry.end = *begin + *length;
  entry.next = head->end;
  entry.code_alignment = shared->code_alignment;
  entry.data_alignment = shared->data_alignment;
  entry.encoding = shared->encoding;
  entry.signal_frame = shared->signal_frame;
  entry.shared_program = shared->program;
  entry.program_address = reader.address();
  entry.program = reader.block(head->end - reader.position());
  return entry;
}

}  // namespace perfopt::prof
