// SPDX-License-Identifier: Apache-2.0
// The reader of perf_script: any input is read or refused as BadInput; what is read can be written in every format, and
// its own JSON reads as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/profile_formats/format.hpp"
#include "perfopt/model/profile_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const perfopt::model::Profile profile = perfopt::model::profile_formats::read_perf_script(text, "fuzz");
    const std::size_t measure = perfopt::model::primary_measure(profile);
    for (const perfopt::model::ProfileWriter& writer : perfopt::model::profile_writers()) {
      if (writer.write(profile, measure).empty() && writer.name != "collapsed") std::abort();
    }
    const std::string written = to_json_text(profile);
    if (to_json_text(perfopt::model::profile_from_json(written, "fuzz")) != written) std::abort();
  } catch (const perfopt::BadInput&) {
  }
  return 0;
}
