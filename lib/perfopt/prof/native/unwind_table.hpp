// SPDX-License-Identifier: Apache-2.0
// The unwind rules of one module: by the search table of .eh_frame_hdr, by an index of our own where there is none, and
// by .debug_frame for what .eh_frame does not cover.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "perfopt/prof/native/elf_image.hpp"
#include "perfopt/prof/native/frame_entry.hpp"

namespace perfopt::prof {

class UnwindTable {
 public:
  // The image must outlive it.
  explicit UnwindTable(const ElfImage& image);

  // Empty when no entry covers this address (as linked), or it is not understood.
  [[nodiscard]] std::optional<UnwindRow> find(std::uint64_t address, ExpressionPool& pool) const;

 private:
  struct Place {
    std::uint64_t begin;
    std::uint64_t offset;
  };
  void read_header(const ElfImage::Section& header);
  [[nodiscard]] static std::vector<Place> index_of(const FrameSection& section);
  [[nodiscard]] static std::optional<std::uint64_t> look_up(const std::vector<Place>& index, std::uint64_t address);
  [[nodiscard]] std::optional<std::uint64_t> look_up_in_header(std::uint64_t address) const;

  FrameSection eh_frame_;
  FrameSection debug_frame_;
  std::span<const std::byte> search_table_;  // pairs of int32: function and entry, from the header's address
  std::uint64_t header_address_ = 0;
  std::vector<Place> eh_index_;  // where there is no search table
  std::vector<Place> debug_index_;
};

}  // namespace perfopt::prof
