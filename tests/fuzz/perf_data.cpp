// SPDX-License-Identifier: Apache-2.0
// Any bytes as a perf.data: read, or refused with one line.
#include <cstddef>
#include <cstdint>

#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/temp_dir.hpp"
#include "perfopt/prof/record/perf_data.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const perfopt::TempDir directory("perfopt-fuzz");
  static const auto path = directory.path() / "perf.data";
  perfopt::write_atomically(path, {reinterpret_cast<const char*>(data), size});
  try {
    static_cast<void>(perfopt::prof::read_perf_data(path));
  } catch (const perfopt::BadInput& refused) {
    static_cast<void>(refused);
  }
  return 0;
}
