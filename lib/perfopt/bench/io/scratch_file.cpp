// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/io/scratch_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <string>

#include "perfopt/core/file.hpp"

namespace perfopt::bench {
namespace {

std::string unique_name(std::string_view prefix, std::uint64_t seed) {
  static std::atomic<std::uint64_t> counter{0};
  return std::string(prefix) + "-" + std::to_string(seed) + "-" + std::to_string(counter.fetch_add(1));
}

}  // namespace

ScratchFile::ScratchFile(const Setup& setup, std::string_view prefix)
    : path_(setup.scratch / unique_name(prefix, setup.seed)) {}

ScratchFile::~ScratchFile() {
  ::unlink(path_.c_str());
}

void ScratchFile::fill(std::string_view content) const {
  const UniqueFd fd = open_file(path_, O_WRONLY | O_CREAT | O_TRUNC);
  write_all(fd.get(), content, path_);
}

}  // namespace perfopt::bench
