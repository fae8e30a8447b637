// SPDX-License-Identifier: Apache-2.0
// What unwinding needs of an ELF file of this machine: where its segments are loaded, its build-id, its unwind tables.
//
// The tables are copied when the image is opened, so that a file that is overwritten later does no harm. No length,
// offset or count of the file is trusted: what contradicts the file's size is left out.
//
//   source  System V ABI, chapters 4 and 5; Linux Standard Base 5.0, 10.6
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace perfopt::prof {

class ElfImage {
 public:
  struct Segment {  // PT_LOAD
    std::uint64_t offset = 0;
    std::uint64_t address = 0;
    std::uint64_t file_size = 0;
    bool executable = false;
  };
  struct Section {
    std::uint64_t address = 0;
    std::vector<std::byte> bytes;
  };

  // Null when it is no ELF file of this machine or cannot be read. The descriptor stays the caller's.
  [[nodiscard]] static std::unique_ptr<ElfImage> read(int fd);
  // Of a file that lies in memory as it would on disk, as the vdso does.
  [[nodiscard]] static std::unique_ptr<ElfImage> read(std::span<const std::byte> file);
  // Of our own process, which has the same one as every other; null where there is none.
  [[nodiscard]] static std::unique_ptr<ElfImage> vdso();

  // The executable segments first, otherwise in the order of the file.
  [[nodiscard]] std::span<const Segment> segments() const noexcept { return segments_; }
  // The address as linked of a place in the file, as it is mapped: whole pages around each segment.
  [[nodiscard]] std::optional<std::uint64_t> address_of(std::uint64_t offset) const noexcept;
  // In hexadecimal digits; "" when it has none.
  [[nodiscard]] const std::string& build_id() const noexcept { return build_id_; }
  [[nodiscard]] const Section& eh_frame_header() const noexcept { return eh_frame_header_; }
  [[nodiscard]] const Section& eh_frame() const noexcept { return eh_frame_; }
  [[nodiscard]] const Section& debug_frame() const noexcept { return debug_frame_; }

 private:
  class Parser;

  std::vector<Segment> segments_;
  std::string build_id_;
  Section eh_frame_header_;
  Section eh_frame_;
  Section debug_frame_;
};

// The file that the kernel maps into each process as "[vdso]", where ours has it; empty where there is none.
[[nodiscard]] std::span<const std::byte> vdso_bytes();

}  // namespace perfopt::prof
