// SPDX-License-Identifier: Apache-2.0
// Append records of 64 bytes to a file: what a system call for each costs, and who makes one without being asked.
//
//   size    n, records
//   file    one an object, created by run(); it ends in the page cache, nothing is made durable
//   check   the file's content is all records in their order, exact
#include <fcntl.h>

#include <cerrno>
#include <fstream>

#include "perfopt/bench/io/record_file.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/optim/io/buffered_writer.hpp"

namespace perfopt::bench {
namespace {

struct Records : RecordFile {
  using RecordFile::RecordFile;
  [[nodiscard]] Work work() const override {
    const auto n = static_cast<double>(count());
    return {n, n * kRecordBytes, {Limit::page_cache_write, n * kRecordBytes, count() * kRecordBytes}};
  }
};

struct WriteEach final : Records {
  using Records::Records;
  void run() override {
    const UniqueFd fd = open_file(file_.path(), O_WRONLY | O_CREAT | O_TRUNC);
    for (std::size_t i = 0; i < count(); ++i) write_all(fd.get(), record(i), file_.path());
  }
};

struct StreamEndl final : Records {
  using Records::Records;
  void run() override {
    std::ofstream out(file_.path(), std::ios::binary);
    for (std::size_t i = 0; i < count(); ++i) out << record(i).substr(0, kRecordBytes - 1) << std::endl;
    out.close();
    if (!out) throw SystemError(EIO, "write " + file_.path().string());
  }
};

struct Stream final : Records {
  using Records::Records;
  void run() override {
    std::ofstream out(file_.path(), std::ios::binary);
    for (std::size_t i = 0; i < count(); ++i) out << record(i).substr(0, kRecordBytes - 1) << '\n';
    out.close();
    if (!out) throw SystemError(EIO, "write " + file_.path().string());
  }
};

struct Buffered final : Records {
  using Records::Records;
  void run() override {
    optim::BufferedWriter writer(file_.path());
    for (std::size_t i = 0; i < count(); ++i) writer.append(record(i));
    writer.flush();
  }
};

constexpr Strategy kStrategies[] = {
    {"write_each", Level::baseline, "a write(2) for each record", "", "", make<WriteEach>},
    {"stream_endl", Level::conservative, "std::ofstream and std::endl, which flushes each line", "", "",
     make<StreamEndl>},
    {"stream", Level::conservative, "std::ofstream and '\\n': 8 KiB buffer", "",
     "a killed process loses what is in the buffer", make<Stream>},
    {"buffered_writer", Level::conservative, "optim::BufferedWriter: 256 KiB buffer", "",
     "a killed process loses what is in the buffer", make<Buffered>},
};
constexpr Size kSizes[] = {{1000, SizeClass::small}, {10000, SizeClass::medium}, {100000, SizeClass::large}};

}  // namespace

const Problem& io_records() {
  static constexpr Problem problem{
      .category = "io",
      .name = "records",
      .title = "Append records of 64 bytes to a file",
      .unit = "records",
      .bytes_per_unit = kRecordBytes,
      .squared = false,
      .max_size = 10'000'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 2 * kRecordBytes + 1e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * kRecordBytes * std::size(kStrategies); },
  };
  return problem;
}

}  // namespace perfopt::bench
