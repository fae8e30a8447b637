// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/elf_image.hpp"

#include <elf.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "perfopt/prof/native/byte_reader.hpp"
#include "perfopt/prof/native/eh_pointer.hpp"

namespace perfopt::prof {
namespace {

constexpr std::uint64_t kPage = 4096;
constexpr std::uint64_t kMaxNoteBytes = 1U << 20U;

// The bytes of a file, on disk or in memory.
class Source {
 public:
  explicit Source(int fd) : fd_(fd) {
    struct stat status{};
    if (::fstat(fd, &status) == 0 && status.st_size > 0) size_ = static_cast<std::uint64_t>(status.st_size);
  }
  explicit Source(std::span<const std::byte> bytes) : bytes_(bytes), size_(bytes.size()) {}

  [[nodiscard]] bool read(std::uint64_t offset, std::span<std::byte> into) const {
    if (offset > size_ || into.size() > size_ - offset) return false;
    if (into.empty()) return true;
    if (fd_ < 0) {
      std::memcpy(into.data(), bytes_.data() + offset, into.size());
      return true;
    }
    while (!into.empty()) {
      const ssize_t got = ::pread(fd_, into.data(), into.size(), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      into = into.subspan(static_cast<std::size_t>(got));
      offset += static_cast<std::uint64_t>(got);
    }
    return true;
  }

  template <typename T>
  [[nodiscard]] std::vector<T> table(std::uint64_t offset, std::uint64_t count) const {
    if (offset > size_ || count > (size_ - offset) / sizeof(T)) return {};
    std::vector<T> result(static_cast<std::size_t>(count));
    if (!read(offset, std::as_writable_bytes(std::span(result)))) result.clear();
    return result;
  }

  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  int fd_ = -1;
  std::span<const std::byte> bytes_;
  std::uint64_t size_ = 0;
};

bool is_of_this_machine(const Elf64_Ehdr& header) {
  return std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 && header.e_ident[EI_CLASS] == ELFCLASS64 &&
         header.e_ident[EI_DATA] == ELFDATA2LSB && header.e_machine == EM_X86_64;
}

std::string hexadecimal(std::span<const std::byte> bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result;
  for (const std::byte byte : bytes) {
    result += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    result += kDigits[std::to_integer<unsigned>(byte) & 15U];
  }
  return result;
}

std::string build_id_in(std::span<const std::byte> notes, std::uint64_t alignment) {
  ByteReader reader(notes);
  const auto align = [&] {
    const std::uint64_t step = alignment == 8 ? 8 : 4;
    reader.seek((reader.position() + step - 1) / step * step);
  };
  while (!reader.at_end()) {
    const auto note = reader.value<Elf64_Nhdr>();
    const auto name = reader.block(note.n_namesz);
    align();
    const auto content = reader.block(note.n_descsz);
    align();
    if (note.n_type == NT_GNU_BUILD_ID && name.size() == 4 && std::memcmp(name.data(), "GNU", 4) == 0) {
      return hexadecimal(content);
    }
  }
  return "";
}

}  // namespace

class ElfImage::Parser {
 public:
  Parser(const Source& source, ElfImage& image) : source_(source), image_(image) {}

  bool parse() {
    const auto headers = source_.table<Elf64_Ehdr>(0, 1);
    if (headers.empty() || !is_of_this_machine(headers.front())) return false;
    header_ = headers.front();
    if (header_.e_phentsize == sizeof(Elf64_Phdr)) {
      program_headers_ = source_.table<Elf64_Phdr>(header_.e_phoff, header_.e_phnum);
    }
    for (const Elf64_Phdr& one : program_headers_) read_program_header(one);
    std::ranges::stable_partition(image_.segments_, &Segment::executable);
    read_sections();
    if (image_.eh_frame_.bytes.empty()) read_eh_frame_by_header();
    return !image_.segments_.empty();
  }

 private:
  void read_program_header(const Elf64_Phdr& one) {
    if (one.p_type == PT_LOAD) {
      image_.segments_.push_back({one.p_offset, one.p_vaddr, one.p_filesz, (one.p_flags & PF_X) != 0});
    } else if (one.p_type == PT_GNU_EH_FRAME) {
      image_.eh_frame_header_ = {one.p_vaddr, source_.table<std::byte>(one.p_offset, one.p_filesz)};
    } else if (one.p_type == PT_NOTE && image_.build_id_.empty() && one.p_filesz <= kMaxNoteBytes) {
      image_.build_id_ = build_id_in(source_.table<std::byte>(one.p_offset, one.p_filesz), one.p_align);
    }
  }

  void read_sections() {
    if (header_.e_shentsize != sizeof(Elf64_Shdr)) return;
    const auto sections = source_.table<Elf64_Shdr>(header_.e_shoff, header_.e_shnum);
    if (header_.e_shstrndx >= sections.size()) return;
    const Elf64_Shdr& names_at = sections[header_.e_shstrndx];
    const auto names = source_.table<std::byte>(names_at.sh_offset, names_at.sh_size);
    for (const Elf64_Shdr& section : sections) {
      if (section.sh_type == SHT_NOBITS || (section.sh_flags & SHF_COMPRESSED) != 0) continue;
      ByteReader name_reader(names);
      name_reader.seek(section.sh_name);
      const std::string_view name = name_reader.text();
      if (name == ".eh_frame") read_section(section, image_.eh_frame_);
      if (name == ".debug_frame") read_section(section, image_.debug_frame_);
    }
  }

  void read_section(const Elf64_Shdr& section, Section& into) const {
    into = {section.sh_addr, source_.table<std::byte>(section.sh_offset, section.sh_size)};
  }

  // Without section headers .eh_frame starts where .eh_frame_hdr says and ends somewhere in the same segment.
  void read_eh_frame_by_header() {
    const Section& header = image_.eh_frame_header_;
    ByteReader reader(header.bytes, header.address);
    const auto version = reader.value<std::uint8_t>();
    const auto encoding = reader.value<std::uint8_t>();
    reader.seek(4);
    const auto start = read_eh_pointer(reader, encoding, header.address);
    if (version != 1 || !start) return;
    for (const Segment& segment : image_.segments_) {
      if (*start < segment.address || *start - segment.address >= segment.file_size) continue;
      const std::uint64_t inside = *start - segment.address;
      image_.eh_frame_ = {*start, source_.table<std::byte>(segment.offset + inside, segment.file_size - inside)};
      return;
    }
  }

  const Source& source_;
  ElfImage& image_;
  Elf64_Ehdr header_{};
  std::vector<Elf64_Phdr> program_headers_;
};

std::unique_ptr<ElfImage> ElfImage::read(int fd) {
  auto image = std::make_unique<ElfImage>();
  const Source source(fd);
  return Parser(source, *image).parse() ? std::move(image) : nullptr;
}

std::unique_ptr<ElfImage> ElfImage::read(std::span<const std::byte> file) {
  auto image = std::make_unique<ElfImage>();
  const Source source(file);
  return Parser(source, *image).parse() ? std::move(image) : nullptr;
}

std::span<const std::byte> vdso_bytes() {
  const std::uint64_t address = ::getauxval(AT_SYSINFO_EHDR);
  if (address == 0) return {};
  const auto* start = std::bit_cast<const std::byte*>(address);
  Elf64_Ehdr header{};
  std::memcpy(&header, start, sizeof header);
  // The kernel's linker script puts the section headers last.
  const std::uint64_t size = header.e_shoff + std::uint64_t{header.e_shentsize} * header.e_shnum;
  return {start, static_cast<std::size_t>(size)};
}

std::unique_ptr<ElfImage> ElfImage::vdso() {
  const auto bytes = vdso_bytes();
  return bytes.empty() ? nullptr : read(bytes);
}

std::optional<std::uint64_t> ElfImage::address_of(std::uint64_t offset) const noexcept {
  for (const Segment& segment : segments_) {
    const std::uint64_t before = segment.offset % kPage;  // of the page that the segment starts in
    const std::uint64_t length = (before + segment.file_size + kPage - 1) / kPage * kPage;
    const std::uint64_t inside = offset - (segment.offset - before);
    if (offset >= segment.offset - before && inside < length) return segment.address - before + inside;
  }
  return std::nullopt;
}

}  // namespace perfopt::prof
