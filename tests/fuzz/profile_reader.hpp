// SPDX-License-Identifier: Apache-2.0
// What must hold for every reader of profiles: any input is read or refused as BadInput; what is read can be written in
// every format, and its own JSON reads as the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/profile_json.hpp"

namespace perfopt::fuzz {

// `read(text, origin)` is the reader. Aborts where a promise is broken.
template <class Read>
int try_profile_reader(const std::uint8_t* data, std::size_t size, const Read& read) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const model::Profile profile = read(text, "fuzz");
    const std::size_t measure = model::primary_measure(profile);
    for (const model::ProfileWriter& writer : model::profile_writers()) {
      if (writer.write(profile, measure).empty() && writer.name != "collapsed") std::abort();
    }
    const std::string written = to_json_text(profile);
    if (to_json_text(model::profile_from_json(written, "fuzz")) != written) std::abort();
  } catch (const BadInput&) {
    return 0;  // refused, as it should be
  }
  return 0;
}

}  // namespace perfopt::fuzz
