// SPDX-License-Identifier: Apache-2.0
// Append records of 64 bytes that survive a crash of the machine: one fdatasync(2) for each, shared ones, or fewer.
//
// What is bought differs: `shared_sync` acknowledges no record before it is safe, as the baseline; `sync_every_100`
// acknowledges up to 99 records that a crash takes, and is labelled so.
//
//   size    n, records
//   file    one an object, created by run()
//   check   the file's content is all records; in their order where one thread appends, in any order where several do.
//           That the device kept its word about durability cannot be checked from here
//   source  group commit: DeWitt et al., SIGMOD 1984
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <future>
#include <vector>

#include "perfopt/bench/io/record_file.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/optim/io/buffered_writer.hpp"

namespace perfopt::bench {
namespace {

constexpr std::size_t kGroup = 100;

struct DurableRecords : RecordFile {
  using RecordFile::RecordFile;
  [[nodiscard]] Work work() const override {
    const auto n = static_cast<double>(count());
    return {n, n * kRecordBytes, {Limit::disk_syncs, syncs()}};
  }
  // The least number of fdatasync calls that keeps the promise.
  [[nodiscard]] virtual double syncs() const { return static_cast<double>(count()); }
};

struct SyncEach final : DurableRecords {
  using DurableRecords::DurableRecords;
  void run() override {
    const UniqueFd fd = open_file(file_.path(), O_WRONLY | O_CREAT | O_TRUNC);
    for (std::size_t i = 0; i < count(); ++i) {
      write_all(fd.get(), record(i), file_.path());
      sync_file(fd.get(), file_.path());
    }
  }
};

struct SynchronousFile final : DurableRecords {
  using DurableRecords::DurableRecords;
  void run() override {
    const UniqueFd fd = open_file(file_.path(), O_WRONLY | O_CREAT | O_TRUNC | O_DSYNC);
    for (std::size_t i = 0; i < count(); ++i) write_all(fd.get(), record(i), file_.path());
  }
};

class SharedSync final : public DurableRecords {
 public:
  explicit SharedSync(const Setup& setup) : DurableRecords(setup), threads_(setup.threads) {
    if (threads_ < 2) throw Unavailable("needs two threads, and the limit is one");
  }
  [[nodiscard]] double syncs() const override { return static_cast<double>(count()) / threads_; }

  void run() override {
    optim::BufferedWriter writer(file_.path());
    std::vector<std::future<void>> clients;
    for (std::size_t t = 0; t < threads_; ++t) {
      clients.push_back(std::async(std::launch::async, [this, t, &writer] {
        for (std::size_t i = t; i < count(); i += threads_) {
          writer.append(record(i));
          writer.sync();
        }
      }));
    }
    for (std::future<void>& client : clients) client.get();
  }

  // Which client came first is no part of the result: the records are put into the order of their making.
  [[nodiscard]] Output output() override {
    (void)DurableRecords::output();
    if (stored_.size() == count() * kRecordBytes) reorder();
    return exact<char>(Element::u8, stored_);
  }

 private:
  void reorder() {
    std::vector<std::string_view> stored;
    for (std::size_t i = 0; i < stored_.size(); i += kRecordBytes) {
      stored.push_back(std::string_view(stored_).substr(i, kRecordBytes));
    }
    std::sort(stored.begin(), stored.end());
    std::string ordered;
    for (std::size_t i = 0; i < count(); ++i) {
      if (std::binary_search(stored.begin(), stored.end(), record(i))) ordered += record(i);
    }
    stored_ = std::move(ordered);
  }

  unsigned threads_;
};

struct SyncEvery100 final : DurableRecords {
  using DurableRecords::DurableRecords;
  [[nodiscard]] double syncs() const override {
    const std::size_t groups = (count() + kGroup - 1) / kGroup;
    return static_cast<double>(groups);
  }

  void run() override {
    optim::BufferedWriter writer(file_.path());
    writer.commit_every(kGroup);
    for (std::size_t i = 0; i < count(); ++i) writer.append(record(i));
    writer.sync();
  }
};

constexpr Strategy kStrategies[] = {
    {"sync_each", Level::baseline, "write(2) and fdatasync(2) for each record", "", "", make<SyncEach>},
    {"synchronous_file", Level::conservative, "O_DSYNC: write(2) returns when the record is safe", "", "",
     make<SynchronousFile>},
    {"shared_sync", Level::balanced, "optim::BufferedWriter: clients in several threads share one fdatasync(2)", "",
     "a thread for each client; the order between clients is open", make<SharedSync>},
    {"sync_every_100", Level::balanced, "optim::BufferedWriter: one fdatasync(2) for 100 records", "",
     "a crash may lose acknowledged records", make<SyncEvery100>, "a crash may lose up to 99 acknowledged records"},
};
constexpr Size kSizes[] = {{5, SizeClass::small}, {20, SizeClass::medium}, {110, SizeClass::large}};

}  // namespace

const Problem& io_durable_records() {
  static constexpr Problem problem{
      .category = "io",
      .name = "durable_records",
      .title = "Append records of 64 bytes that survive a crash",
      .unit = "records",
      .bytes_per_unit = kRecordBytes,
      .squared = false,
      .max_size = 100'000,
      .sizes = kSizes,
      .strategies = kStrategies,
      .memory_bytes = [](std::size_t n) { return static_cast<double>(n) * 5 * kRecordBytes + 1e6; },
      .file_bytes = [](std::size_t n) { return static_cast<double>(n) * kRecordBytes * std::size(kStrategies); },
  };
  return problem;
}

}  // namespace perfopt::bench
