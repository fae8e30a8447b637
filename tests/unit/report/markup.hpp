// SPDX-License-Identifier: Apache-2.0
// Checks on the text of HTML pages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report::testing {

struct Markup {
  std::string error;                    // "" when every element is closed in its order
  std::vector<std::string> tags;        // names of the opened elements
  std::vector<std::string> ids;         // values of id attributes
  std::vector<std::string> anchors;     // "p1" of href="#p1"
  std::vector<std::string> attributes;  // names of all attributes
};

// Reads tags strictly: attributes in double quotes, no '<' or '>' in text, no unknown void element.
[[nodiscard]] Markup parse_markup(std::string_view page);

// A page that may be opened anywhere: well-formed, unique ids, links that lead somewhere in it, its own data and script
// alone, nothing else that runs or is fetched. Checks it all.
void require_sound(const std::string& page);

// Without the content of its two script elements; checks that there are no others.
[[nodiscard]] std::string without_scripts(const std::string& page);

}  // namespace perfopt::report::testing
