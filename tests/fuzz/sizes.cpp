// SPDX-License-Identifier: Apache-2.0
// --sizes: any text is read or refused as BadInput, and what is read asks for something.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "perfopt/bench/runner.hpp"
#include "perfopt/core/error.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const perfopt::bench::SizeRequest request =
        perfopt::bench::parse_sizes(std::string_view(reinterpret_cast<const char*>(data), size));
    if (request.classes.empty() && request.counts.empty() && request.bytes.empty()) std::abort();
    if (std::ranges::count(request.counts, 0U) + std::ranges::count(request.bytes, 0U) > 0) std::abort();
  } catch (const perfopt::BadInput&) {
  }
  return 0;
}
