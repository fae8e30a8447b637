// SPDX-License-Identifier: Apache-2.0
#include "perfopt/core/pattern.hpp"

#include "perfopt/core/error.hpp"

namespace perfopt {
namespace {

constexpr std::size_t kLongestName = 4096;

std::regex compiled(const std::string& text, std::string_view what) {
  try {
    return std::regex(text, std::regex::ECMAScript | std::regex::optimize);
  } catch (const std::regex_error&) {
    throw BadInput(std::string(what) + ": '" + text + "' is no regular expression");
  }
}

}  // namespace

Pattern::Pattern(const std::string& text, std::string_view what) : regex_(compiled(text, what)) {}

bool Pattern::found_in(const std::string& name) const {
  return name.size() <= kLongestName && std::regex_search(name, regex_);
}

}  // namespace perfopt
