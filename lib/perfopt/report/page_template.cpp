// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/page_template.hpp"

#include <algorithm>
#include <vector>

#include "perfopt/core/error.hpp"

namespace perfopt::report {

std::string fill(std::string_view page, std::span<const Slot> slots) {
  std::string out;
  std::vector<bool> used(slots.size(), false);
  while (true) {
    const std::size_t open = page.find("{{");
    out += page.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = page.find("}}", open);
    const std::string_view name =
        close == std::string_view::npos ? page.substr(open) : page.substr(open + 2, close - open - 2);
    const auto slot = std::ranges::find(slots, name, &Slot::name);
    if (slot == slots.end()) throw Error(ExitCode::internal, "page template: no content for slot " + std::string(name));
    out += slot->content;
    used[static_cast<std::size_t>(slot - slots.begin())] = true;
    page.remove_prefix(close + 2);
  }
  const auto unused = std::ranges::find(used, false);
  if (unused != used.end()) {
    const auto at = static_cast<std::size_t>(unused - used.begin());
    throw Error(ExitCode::internal, "page template: no slot for " + std::string(slots[at].name));
  }
  return out;
}

}  // namespace perfopt::report
