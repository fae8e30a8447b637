// SPDX-License-Identifier: Apache-2.0
// A regular expression that a person gave, to choose names by: ECMAScript, found anywhere in the name.
#pragma once

#include <regex>
#include <string>
#include <string_view>

namespace perfopt {

class Pattern {
 public:
  // Throws BadInput: "--filter: '(' is no regular expression". `what` names the source.
  Pattern(const std::string& text, std::string_view what);
  // False for a name of more than 4,096 characters: std::regex recurses over what it matches, and names come from files
  // and programs of others.
  [[nodiscard]] bool found_in(const std::string& name) const;

 private:
  std::regex regex_;
};

}  // namespace perfopt
