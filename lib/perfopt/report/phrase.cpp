// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/phrase.hpp"

#include "perfopt/core/units.hpp"

namespace perfopt::report {

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return format_count(count) + " " + std::string(count == 1 ? one : many);
}

std::string moment(const std::string& iso) {
  const bool expected = iso.size() >= 20 && iso[10] == 'T' && iso.back() == 'Z';
  return expected ? iso.substr(0, 10) + " " + iso.substr(11, 5) + " UTC" : iso;
}

}  // namespace perfopt::report
