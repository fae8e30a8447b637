// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/services.hpp"

namespace perfopt::bench {

std::string Services::death() const {
  for (const auto& [key, entry] : entries_) {
    if (!entry.service) continue;
    if (std::string reason = entry.service->death(); !reason.empty()) return reason;
  }
  return "";
}

}  // namespace perfopt::bench
