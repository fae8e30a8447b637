// SPDX-License-Identifier: Apache-2.0
// Fresh records of 64 bytes, and the file that a strategy stores them in: what the problems that append records share.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "perfopt/bench/io/scratch_file.hpp"
#include "perfopt/bench/workload.hpp"

namespace perfopt::bench {

inline constexpr std::size_t kRecordBytes = 64;

// A workload whose result is the content of its file: size records, each of 63 printable characters and '\n', in
// their order.
class RecordFile : public Workload {
 public:
  explicit RecordFile(const Setup& setup);

  void poison() override { file_.poison(); }
  [[nodiscard]] Output output() override;
  void check(const Output& result) const override;

 protected:
  [[nodiscard]] std::size_t count() const noexcept { return records_.size() / kRecordBytes; }
  [[nodiscard]] std::string_view record(std::size_t index) const noexcept {
    return std::string_view(records_).substr(index * kRecordBytes, kRecordBytes);
  }

  ScratchFile file_;
  std::string stored_;  // the file's content, from the last output()

 private:
  std::string records_;
};

}  // namespace perfopt::bench
