// SPDX-License-Identifier: Apache-2.0
// The reader of pprof (profile_reader.hpp).
#include "perfopt/model/profile_formats/format.hpp"
#include "profile_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return perfopt::fuzz::try_profile_reader(data, size, perfopt::model::profile_formats::read_pprof);
}
