// SPDX-License-Identifier: Apache-2.0
// Quantities and durations of the command line and the configuration: any text is read or refused as BadInput, and
// what is read is positive and finite.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "perfopt/core/error.hpp"
#include "perfopt/core/units.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    if (perfopt::parse_quantity(text, "fuzz").value == 0) std::abort();
  } catch (const perfopt::BadInput&) {
  }
  try {
    const double seconds = perfopt::parse_duration_s(text, "fuzz");
    if (!std::isfinite(seconds) || seconds <= 0) std::abort();
  } catch (const perfopt::BadInput&) {
  }
  return 0;
}
