// SPDX-License-Identifier: Apache-2.0
// The reader that tells formats apart, with seeds of speedscope (profile_reader.hpp).
#include "profile_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return perfopt::fuzz::try_profile_reader(data, size, perfopt::model::read_profile);
}
