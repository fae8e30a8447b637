// SPDX-License-Identifier: Apache-2.0
// Fills the named slots of a static page.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace perfopt::report {

struct Slot {
  std::string_view name;
  std::string content;  // already escaped for where the slot stands
};

// `page` with each {{name}} replaced, in one pass: what a slot brings in is never scanned again, so that a
// document cannot name a slot. Throws Error (internal) for a slot without content and content without a slot.
[[nodiscard]] std::string fill(std::string_view page, std::span<const Slot> slots);

}  // namespace perfopt::report
