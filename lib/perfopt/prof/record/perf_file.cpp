// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/record/perf_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"

namespace perfopt::prof {
namespace {

constexpr std::string_view kMagic = "PERFILE2";
constexpr std::string_view kForeignMagic = "2ELIFREP";
constexpr std::uint64_t kStreamHeader = 16;
constexpr std::uint64_t kFileHeader = 104;
constexpr std::uint64_t kOwnTypes = 64;  // records of perf itself begin here

// Numbers of header features.
constexpr std::uint64_t kBuildIds = 2;
constexpr std::uint64_t kHostName = 3;
constexpr std::uint64_t kOsRelease = 4;
constexpr std::uint64_t kArchitecture = 6;
constexpr std::uint64_t kCpuDescription = 8;
constexpr std::uint64_t kCommandLine = 11;
constexpr std::uint64_t kEventDescriptions = 12;

std::string_view text_of(std::span<const std::byte> bytes) {
  const auto* const text = reinterpret_cast<const char*>(bytes.data());
  return bytes.empty() ? std::string_view() : std::string_view(text, ::strnlen(text, bytes.size()));
}

std::string take_string(RecordCursor& cursor) {
  return std::string(text_of(cursor.take_bytes(cursor.take<std::uint32_t>())));
}

perf_event_attr attribute_of(std::span<const std::byte> bytes) {
  perf_event_attr attr{};
  std::memcpy(&attr, bytes.data(), std::min(bytes.size(), sizeof attr));
  return attr;
}

std::vector<std::uint64_t> words_of(std::span<const std::byte> bytes) {
  std::vector<std::uint64_t> words(bytes.size() / sizeof(std::uint64_t));
  if (!words.empty()) std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint64_t));
  return words;
}

std::string hexadecimal(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    text += kDigits[std::to_integer<unsigned>(byte) & 15U];
  }
  return text;
}

std::span<const std::byte> map_file(const std::filesystem::path& path) {
  const UniqueFd fd = open_file(path, O_RDONLY);
  const std::size_t size = file_size(fd.get(), path);
  if (size < kStreamHeader)
    throw BadInput(path.string() + ": not a perf.data: it has " + std::to_string(size) + " bytes");
  void* const memory = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (memory == MAP_FAILED) throw_errno("map " + path.string());
  ::madvise(memory, size, MADV_SEQUENTIAL);
  return {static_cast<const std::byte*>(memory), size};
}

}  // namespace

// One zstd stream over all compressed records; a record may go on in the next one.
struct PerfFile::Unpacker {
  struct Free {
    void operator()(ZSTD_DStream* it) const { ZSTD_freeDStream(it); }
  };
  std::unique_ptr<ZSTD_DStream, Free> stream{ZSTD_createDStream()};
  Block block;         // being shown
  std::size_t at = 0;  // in it
  std::uint64_t offset = 0;
  std::vector<std::byte> rest;  // of a record whose end has not been unpacked
};

PerfFile::PerfFile(const std::filesystem::path& path) : path_(path), file_(map_file(path)) {
  try {
    read_header();
  } catch (...) {
    ::munmap(const_cast<std::byte*>(file_.data()), file_.size());
    throw;
  }
}

PerfFile::~PerfFile() {
  ::munmap(const_cast<std::byte*>(file_.data()), file_.size());
}

void PerfFile::refuse(std::uint64_t offset, const std::string& what) const {
  throw BadInput(path_.string() + ": at byte " + std::to_string(offset) + ": " + what +
                 "; the file is damaged or cut, record it again");
}

void PerfFile::read_header() {
  RecordCursor cursor(file_);
  const std::string_view magic(reinterpret_cast<const char*>(file_.data()), kMagic.size());
  if (magic == kForeignMagic) {
    throw BadInput(path_.string() + ": recorded on a machine of the other byte order; convert it there");
  }
  if (magic != kMagic) throw BadInput(path_.string() + ": not a perf.data: it does not begin with PERFILE2");
  cursor.take_bytes(kMagic.size());
  const auto header_bytes = cursor.take<std::uint64_t>();
  if (header_bytes == kStreamHeader) {
    at_ = kStreamHeader;
    end_ = file_.size();
    return;
  }
  const auto entry_bytes = cursor.take<std::uint64_t>();
  const auto attributes = cursor.take<Section>();
  const auto data = cursor.take<Section>();
  cursor.take<Section>();  // event types, of old kernels
  const auto features = cursor.take<FeatureBits>();
  if (!cursor.ok() || header_bytes != kFileHeader) refuse(kMagic.size(), "a header of no known size");
  read_attributes(attributes, entry_bytes);
  if (data.offset > file_.size()) refuse(40, "the data begin behind the end of the file");
  at_ = data.offset;
  cut_short_ = data.size == 0 || data.size > file_.size() - data.offset;
  end_ = cut_short_ ? file_.size() : data.offset + data.size;
  if (!cut_short_) read_features(end_, features);
}

std::span<const std::byte> PerfFile::section(const Section& where, const std::string& name) const {
  if (where.offset > file_.size() || where.size > file_.size() - where.offset) {
    refuse(where.offset, name + " that do not lie within the file");
  }
  return file_.subspan(static_cast<std::size_t>(where.offset), static_cast<std::size_t>(where.size));
}

void PerfFile::read_attributes(const Section& where, std::uint64_t entry_bytes) {
  if (entry_bytes < PERF_ATTR_SIZE_VER0 + sizeof(Section)) refuse(16, "attributes of no known size");
  auto bytes = section(where, "attributes");
  while (bytes.size() >= entry_bytes) {
    const auto entry = bytes.first(static_cast<std::size_t>(entry_bytes));
    bytes = bytes.subspan(entry.size());
    RecordCursor ids(entry.last(sizeof(Section)));
    RecordedEvent& event = events_.emplace_back();
    event.attr = attribute_of(entry.first(entry.size() - sizeof(Section)));
    event.ids = words_of(section(ids.take<Section>(), "ids of an event"));
  }
  if (events_.empty()) refuse(where.offset, "no event");
}

// Behind the data, a section for each bit that is set.
void PerfFile::read_features(std::uint64_t offset, const FeatureBits& bits) {
  for (std::uint64_t number = 0; number < 64 * bits.size(); ++number) {
    if ((bits.at(number / 64) >> number % 64 & 1U) == 0) continue;
    RecordCursor entry(section({offset, sizeof(Section)}, "features"));
    offset += sizeof(Section);
    read_feature(number, section(entry.take<Section>(), "feature " + std::to_string(number)));
  }
}

void PerfFile::read_feature(std::uint64_t number, std::span<const std::byte> bytes) {
  RecordCursor cursor(bytes);
  switch (number) {
    case kBuildIds:
      read_build_ids(bytes);
      break;
    case kHostName:
      host_ = take_string(cursor);
      break;
    case kOsRelease:
      kernel_ = take_string(cursor);
      break;
    case kArchitecture:
      machine_ = take_string(cursor);
      break;
    case kCpuDescription:
      cpu_ = take_string(cursor);
      break;
    case kEventDescriptions:
      read_event_names(cursor);
      break;
    case kCommandLine:
      for (auto left = cursor.take<std::uint32_t>(); left > 0 && cursor.left() > 0; --left) {
        if (!command_.empty()) command_ += ' ';
        command_ += take_string(cursor);
      }
      break;
    default:
      break;  // topology, caches and the like
  }
}

void PerfFile::read_event_names(RecordCursor& cursor) {
  const auto count = cursor.take<std::uint32_t>();
  const auto attr_bytes = cursor.take<std::uint32_t>();
  for (std::uint32_t i = 0; i < count && i < events_.size() && cursor.left() > 0; ++i) {
    cursor.take_bytes(attr_bytes);
    const auto ids = cursor.take<std::uint32_t>();
    events_[i].name = take_string(cursor);
    cursor.take_items(ids, sizeof(std::uint64_t));
  }
}

void PerfFile::read_build_ids(std::span<const std::byte> bytes) {
  constexpr std::uint16_t kSizeIsThere = 1U << 15U;
  constexpr std::size_t kRoom = 24;
  constexpr std::size_t kLongest = 20;
  RecordCursor cursor(bytes);
  while (cursor.left() >= sizeof(perf_event_header)) {
    const auto header = cursor.take<perf_event_header>();
    if (header.size < sizeof header) return;
    RecordCursor entry(cursor.take_bytes(header.size - sizeof header));
    entry.take<std::uint32_t>();  // pid of the virtual machine
    const auto id = entry.take_bytes(kRoom);
    if (!entry.ok()) return;
    const bool sized = (header.misc & kSizeIsThere) != 0;
    const std::size_t length = sized ? std::min(std::to_integer<std::size_t>(id[kLongest]), kLongest) : kLongest;
    build_ids_[std::string(entry.take_text())] = hexadecimal(id.first(length));
  }
}

bool PerfFile::next(RawRecord& into) {
  for (;;) {
    if (unpacker_ != nullptr && next_unpacked(into)) {
      if (!describes(into)) return true;
      continue;
    }
    if (!next_in_file(into)) return false;
    if (!describes(into)) return true;
  }
}

bool PerfFile::next_in_file(RawRecord& into) {
  perf_event_header header{};
  if (end_ - at_ < sizeof header) {
    cut_short_ |= at_ != end_;
    return false;
  }
  std::memcpy(&header, file_.data() + at_, sizeof header);
  if (header.size < sizeof header) refuse(at_, "a record of " + std::to_string(header.size) + " bytes");
  if (header.size > end_ - at_) {
    cut_short_ = true;
    return false;
  }
  into = {file_.subspan(static_cast<std::size_t>(at_), header.size), header.type, at_, nullptr};
  at_ += header.size;
  return true;
}

// Takes what tells of the file itself.
bool PerfFile::describes(const RawRecord& record) {
  switch (record.type) {
    case kHeaderAttribute:
      add_attribute(record);
      return true;
    case kHeaderFeature: {
      RecordCursor cursor(record.bytes.subspan(sizeof(perf_event_header)));
      const auto number = cursor.take<std::uint64_t>();
      if (cursor.ok()) read_feature(number, cursor.take_bytes(cursor.left()));
      return true;
    }
    case kCompressed:
    case kCompressed2:
      unpack(record);
      return true;
    case kAuxTraceInfo:
    case kAuxTrace:
      throw BadInput(path_.string() +
                     ": holds hardware traces (perf record -e intel_pt// or the like), which are not "
                     "read; record with `perf record -g`");
    default:
      return record.type >= kOwnTypes && record.type != kFinishedRound;
  }
}

void PerfFile::add_attribute(const RawRecord& record) {
  const auto body = record.bytes.subspan(sizeof(perf_event_header));
  constexpr std::size_t kSizeField = 4;  // behind the type
  RecordCursor cursor(body);
  cursor.take_bytes(kSizeField);
  const auto size = cursor.take<std::uint32_t>();
  if (!cursor.ok() || size < PERF_ATTR_SIZE_VER0 || size > body.size())
    refuse(record.offset, "attributes of no known size");
  events_.push_back({attribute_of(body.first(size)), words_of(body.subspan(size)), ""});
}

void PerfFile::unpack(const RawRecord& record) {
  constexpr std::size_t kStep = std::size_t{256} << 10U;
  constexpr std::size_t kMost = std::size_t{64} << 20U;  // 1,000 times what a record can hold compressed
  if (record.block != nullptr) refuse(record.offset, "a compressed record within a compressed one");
  if (unpacker_ == nullptr) unpacker_ = std::make_unique<Unpacker>();
  const std::size_t head = sizeof(perf_event_header) + (record.type == kCompressed2 ? sizeof(std::uint64_t) : 0);
  if (record.bytes.size() < head) refuse(record.offset, "a compressed record without content");
  auto packed = record.bytes.subspan(head);
  if (record.type == kCompressed2) {
    RecordCursor cursor(record.bytes.subspan(sizeof(perf_event_header)));
    const auto size = cursor.take<std::uint64_t>();
    if (size > packed.size()) refuse(record.offset, "a compressed record that is longer than itself");
    packed = packed.first(static_cast<std::size_t>(size));
  }
  auto bytes = std::move(unpacker_->rest);
  unpacker_->rest = {};
  ZSTD_inBuffer from{packed.data(), packed.size(), 0};
  for (bool full = true; from.pos < from.size || full;) {
    const std::size_t filled = bytes.size();
    bytes.resize(filled + kStep);
    ZSTD_outBuffer to{bytes.data() + filled, kStep, 0};
    const std::size_t result = ZSTD_decompressStream(unpacker_->stream.get(), &to, &from);
    bytes.resize(filled + to.pos);
    if (ZSTD_isError(result) != 0) refuse(record.offset, std::string("zstd: ") + ZSTD_getErrorName(result));
    if (bytes.size() > kMost) refuse(record.offset, "a compressed record that unpacks to more than 64 MB");
    full = to.pos == kStep;
    if (to.pos == 0 && from.pos < from.size) break;
  }
  unpacker_->block = std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  unpacker_->at = 0;
  unpacker_->offset = record.offset;
}

bool PerfFile::next_unpacked(RawRecord& into) {
  Unpacker& u = *unpacker_;
  if (u.block == nullptr) return false;
  const auto left = std::span(*u.block).subspan(u.at);
  perf_event_header header{};
  if (left.size() >= sizeof header) std::memcpy(&header, left.data(), sizeof header);
  if (left.size() < sizeof header || header.size > left.size()) {
    u.rest.assign(left.begin(), left.end());
    u.block.reset();
    return false;
  }
  if (header.size < sizeof header) refuse(u.offset, "an unpacked record of " + std::to_string(header.size) + " bytes");
  into = {left.first(header.size), header.type, u.offset, u.block};
  u.at += header.size;
  return true;
}

void PerfFile::release(std::uint64_t offset) noexcept {
  constexpr std::uint64_t kStep = std::uint64_t{4} << 20U;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t to = std::min<std::uint64_t>(offset, file_.size()) / page * page;
  if (to < released_ + kStep) return;
  ::madvise(const_cast<std::byte*>(file_.data()) + released_, static_cast<std::size_t>(to - released_), MADV_DONTNEED);
  released_ = to;
}

}  // namespace perfopt::prof
