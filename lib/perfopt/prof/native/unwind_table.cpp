// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/unwind_table.hpp"

#include <algorithm>
#include <cstring>

#include "perfopt/prof/native/byte_reader.hpp"
#include "perfopt/prof/native/eh_pointer.hpp"

namespace perfopt::prof {
namespace {

struct SearchEntry {
  std::int32_t function;
  std::int32_t entry;
};

constexpr std::uint8_t kSearchable = 0x3B;  // DW_EH_PE_datarel | DW_EH_PE_sdata4, the only form that linkers write

SearchEntry entry_at(std::span<const std::byte> table, std::size_t index) {
  SearchEntry result{};
  std::memcpy(&result, table.data() + index * sizeof result, sizeof result);
  return result;
}

std::uint64_t relative(std::uint64_t base, std::int32_t distance) {
  return base + static_cast<std::uint64_t>(std::int64_t{distance});
}

}  // namespace

UnwindTable::UnwindTable(const ElfImage& image)
    : eh_frame_{image.eh_frame().bytes, image.eh_frame().address, FrameFormat::eh_frame},
      debug_frame_{image.debug_frame().bytes, image.debug_frame().address, FrameFormat::debug_frame} {
  read_header(image.eh_frame_header());
  if (search_table_.empty()) eh_index_ = index_of(eh_frame_);
  debug_index_ = index_of(debug_frame_);
}

void UnwindTable::read_header(const ElfImage::Section& header) {
  ByteReader reader(header.bytes, header.address);
  const auto version = reader.value<std::uint8_t>();
  const auto frame_encoding = reader.value<std::uint8_t>();
  const auto count_encoding = reader.value<std::uint8_t>();
  const auto table_encoding = reader.value<std::uint8_t>();
  const auto frame = read_eh_pointer(reader, frame_encoding, header.address);
  const auto count = read_eh_pointer(reader, count_encoding, header.address);
  if (version != 1 || !frame || !count || table_encoding != kSearchable) return;
  const std::uint64_t room = (header.bytes.size() - reader.position()) / sizeof(SearchEntry);
  search_table_ = reader.block(std::min(*count, room) * sizeof(SearchEntry));
  header_address_ = header.address;
}

std::vector<UnwindTable::Place> UnwindTable::index_of(const FrameSection& section) {
  std::vector<Place> index;
  std::uint64_t offset = 0;
  while (const auto record = read_frame_record(section, offset)) {
    if (record->is_function) {
      if (const auto entry = read_frame_entry(section, offset)) index.push_back({entry->begin, offset});
    }
    offset = record->next;
  }
  std::ranges::sort(index, {}, &Place::begin);
  return index;
}

std::optional<std::uint64_t> UnwindTable::look_up(const std::vector<Place>& index, std::uint64_t address) {
  const auto after = std::ranges::upper_bound(index, address, {}, &Place::begin);
  if (after == index.begin()) return std::nullopt;
  return std::prev(after)->offset;
}

std::optional<std::uint64_t> UnwindTable::look_up_in_header(std::uint64_t address) const {
  std::size_t low = 0;
  std::size_t high = search_table_.size() / sizeof(SearchEntry);
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (relative(header_address_, entry_at(search_table_, middle).function) <= address) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == 0) return std::nullopt;
  const std::uint64_t entry = relative(header_address_, entry_at(search_table_, low - 1).entry);
  if (entry < eh_frame_.address) return std::nullopt;
  return entry - eh_frame_.address;
}

std::optional<UnwindRow> UnwindTable::find(std::uint64_t address, ExpressionPool& pool) const {
  const auto row_in = [&](const FrameSection& section, std::optional<std::uint64_t> offset) {
    const auto entry = offset ? read_frame_entry(section, *offset) : std::nullopt;
    return entry && entry->covers(address) ? row_at(*entry, address, pool) : std::nullopt;
  };
  const auto offset = search_table_.empty() ? look_up(eh_index_, address) : look_up_in_header(address);
  if (auto row = row_in(eh_frame_, offset)) return row;
  return row_in(debug_frame_, look_up(debug_index_, address));
}

}  // namespace perfopt::prof
