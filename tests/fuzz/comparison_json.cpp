// SPDX-License-Identifier: Apache-2.0
// The reader of Comparison documents: any text is read or refused as BadInput, and what is read is written as a
// document that reads as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/model/comparison_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const std::string written = to_json_text(perfopt::model::comparison_from_json(text, "fuzz"));
    if (to_json_text(perfopt::model::comparison_from_json(written, "fuzz")) != written) std::abort();
  } catch (const perfopt::BadInput&) {
  }
  return 0;
}
