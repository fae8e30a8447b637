// SPDX-License-Identifier: Apache-2.0
// A perf.data as a sequence of records, in the order in which they lie there: files and streams, compressed or not.
//
// The file is mapped; what was compressed is unpacked into blocks that live as long as somebody holds them. Nothing in
// the file is trusted: sections outside it, sizes of zero and strings without an end are refused.
//
//   errors  BadInput that names the file and the offset
//   source  tools/perf/Documentation/perf.data-file-format.txt of Linux; RFC 8878 (zstd)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "perfopt/prof/record/perf_record.hpp"

namespace perfopt::prof {

// Types of perf's own.
inline constexpr std::uint32_t kHeaderAttribute = 64;
inline constexpr std::uint32_t kFinishedRound = 68;
inline constexpr std::uint32_t kAuxTraceInfo = 70;
inline constexpr std::uint32_t kAuxTrace = 71;
inline constexpr std::uint32_t kHeaderFeature = 80;
inline constexpr std::uint32_t kCompressed = 81;
inline constexpr std::uint32_t kCompressed2 = 83;

struct RecordedEvent {
  perf_event_attr attr{};
  std::vector<std::uint64_t> ids;
  std::string name;  // "cpu-clock:u"; "" when the file does not say
};

using Block = std::shared_ptr<const std::vector<std::byte>>;

struct RawRecord {
  std::span<const std::byte> bytes;
  std::uint32_t type = 0;
  std::uint64_t offset = 0;  // in the file; of the compressed record for one of those
  Block block;               // that `bytes` lie in; null: in the file
};

class PerfFile {
 public:
  explicit PerfFile(const std::filesystem::path& path);
  PerfFile(const PerfFile&) = delete;
  PerfFile& operator=(const PerfFile&) = delete;
  ~PerfFile();

  // False at the end. Records that describe the file (attributes, features, compressed ones) are not shown.
  bool next(RawRecord& into);
  // What was shown up to this offset is needed no more.
  void release(std::uint64_t offset) noexcept;

  // In a stream they come with the first records.
  [[nodiscard]] std::span<const RecordedEvent> events() const noexcept { return events_; }
  [[nodiscard]] const std::string& host() const noexcept { return host_; }
  [[nodiscard]] const std::string& kernel() const noexcept { return kernel_; }
  [[nodiscard]] const std::string& machine() const noexcept { return machine_; }
  [[nodiscard]] const std::string& cpu() const noexcept { return cpu_; }
  [[nodiscard]] const std::string& command() const noexcept { return command_; }
  // By path, in hexadecimal digits.
  [[nodiscard]] const std::map<std::string, std::string>& build_ids() const noexcept { return build_ids_; }
  // perf did not come to write the end of the file, or somebody cut it.
  [[nodiscard]] bool cut_short() const noexcept { return cut_short_; }

  [[noreturn]] void refuse(std::uint64_t offset, const std::string& what) const;

 private:
  struct Unpacker;
  using FeatureBits = std::array<std::uint64_t, 4>;
  struct Section {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  void read_header();
  void read_attributes(const Section& section, std::uint64_t entry_bytes);
  void read_features(std::uint64_t offset, const FeatureBits& bits);
  void read_feature(std::uint64_t number, std::span<const std::byte> bytes);
  void read_event_names(RecordCursor& cursor);
  void read_build_ids(std::span<const std::byte> bytes);
  void add_attribute(const RawRecord& record);
  [[nodiscard]] bool describes(const RawRecord& record);
  [[nodiscard]] bool next_in_file(RawRecord& into);
  [[nodiscard]] bool next_unpacked(RawRecord& into);
  void unpack(const RawRecord& record);
  [[nodiscard]] std::span<const std::byte> section(const Section& where, const std::string& name) const;

  std::filesystem::path path_;
  std::span<const std::byte> file_;
  std::uint64_t at_ = 0;
  std::uint64_t end_ = 0;
  std::uint64_t released_ = 0;
  bool cut_short_ = false;
  std::vector<RecordedEvent> events_;
  std::string host_;
  std::string kernel_;
  std::string machine_;
  std::string cpu_;
  std::string command_;
  std::map<std::string, std::string> build_ids_;
  std::unique_ptr<Unpacker> unpacker_;
};

}  // namespace perfopt::prof
