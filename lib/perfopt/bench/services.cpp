// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/services.hpp"

namespace perfopt::bench {

std::vector<std::string> Services::deaths() const {
  std::vector<std::string> reasons;
  for (const auto& [key, entry] : entries_) {
    if (!entry.service) continue;
    if (std::string reason = entry.service->death(); !reason.empty()) reasons.push_back(std::move(reason));
  }
  return reasons;
}

}  // namespace perfopt::bench
