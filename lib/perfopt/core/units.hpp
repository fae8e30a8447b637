// SPDX-License-Identifier: Apache-2.0
// Numbers with units, read from and written for people.
//
// A number is shown with three significant digits and the unit that fits. A non-finite one is shown as "-".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace perfopt {

// "1.23 ns", "56.7 us", "8.90 ms", "1.23 s", "2 min 14 s". ASCII: micro is "us".
[[nodiscard]] std::string format_duration_ns(double ns);
// "512 B", "64.0 KiB", "1.50 GiB": powers of 1024.
[[nodiscard]] std::string format_bytes(double bytes);
// "19.4 GB/s": powers of 1000, as bandwidths are quoted.
[[nodiscard]] std::string format_byte_rate(double bytes_per_second);
// "1.23 M/s", "456 /s": powers of 1000.
[[nodiscard]] std::string format_rate(double per_second);
// "30,000": whole numbers with separators; not rounded.
[[nodiscard]] std::string format_count(std::uint64_t count);
// "30,000" for 29,637: an estimated size as a person would say it, with two significant digits; "-" unless it is
// positive and at most 1e18.
[[nodiscard]] std::string format_about(double size);
// "1.94x", "0.412x", "213x": a speed-up.
[[nodiscard]] std::string format_ratio(double ratio);
// "12.3 %".
[[nodiscard]] std::string format_percent(double share);
// "+3.1 %", "-0.12 %", "+120 %", "0.00 %": the change that a ratio of 1.031 stands for.
[[nodiscard]] std::string format_change(double ratio);

// "1000", "1K", "1M" (powers of 1000), "64KiB", "1MiB", "1GiB" (powers of 1024; bytes).
struct Quantity {
  std::uint64_t value = 0;
  bool is_bytes = false;
};
// `what` names the source in the message ("--sizes"). Throws BadInput for anything else, zero or negative
// numbers, and overflow.
[[nodiscard]] Quantity parse_quantity(std::string_view text, std::string_view what);

// "2%", "0.5 %" to 0.02, 0.005. Throws BadInput for anything else, a bare number among it: it could mean either.
[[nodiscard]] double parse_percent(std::string_view text, std::string_view what);

// "90", "90s", "500ms", "3min", "1h" to seconds. Throws BadInput.
[[nodiscard]] double parse_duration_s(std::string_view text, std::string_view what);

}  // namespace perfopt
