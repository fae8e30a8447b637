// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/io/record_file.hpp"

#include <cstring>
#include <span>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {

RecordFile::RecordFile(const Setup& setup) : file_(setup, "records"), records_(setup.size * kRecordBytes, '\n') {
  Random random(setup.seed);
  for (std::size_t i = 0; i < records_.size(); i += sizeof(std::uint64_t)) {
    const std::uint64_t letters = (random() & 0x0F0F0F0F0F0F0F0FU) + 0x6161616161616161U;
    std::memcpy(&records_[i], &letters, sizeof letters);
  }
  for (std::size_t i = kRecordBytes; i <= records_.size(); i += kRecordBytes) records_[i - 1] = '\n';
}

Output RecordFile::output() {
  stored_ = read_file(file_.path());
  return exact<char>(Element::u8, stored_);
}

void RecordFile::check(const Output& result) const {
  require_equal(exact<char>(Element::u8, records_), result);
}

}  // namespace perfopt::bench
