// SPDX-License-Identifier: Apache-2.0
#include "unit/report/markup.hpp"

#include <algorithm>
#include <array>

namespace perfopt::report::testing {
namespace {

bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 2> kVoid{"meta", "!DOCTYPE"};
  return std::ranges::find(kVoid, name) != kVoid.end();
}

// Attributes of one tag; false when one is not name="value".
bool read_attributes(std::string_view text, Markup& markup) {
  while (true) {
    const std::size_t start = text.find_first_not_of(" \n/");
    if (start == std::string_view::npos) return true;
    text.remove_prefix(start);
    const std::size_t equals = text.find("=\"");
    if (equals == std::string_view::npos) return text == "html";  // <!DOCTYPE html>
    const std::size_t end = text.find('"', equals + 2);
    if (end == std::string_view::npos) return false;
    const std::string name(text.substr(0, equals));
    const std::string value(text.substr(equals + 2, end - equals - 2));
    if (name.find_first_of(" \n<>'") != std::string::npos) return false;
    markup.attributes.push_back(name);
    if (name == "id") markup.ids.push_back(value);
    if (name == "href") markup.anchors.push_back(value.starts_with("#") ? value.substr(1) : "outside: " + value);
    text.remove_prefix(end + 1);
  }
}

}  // namespace

Markup parse_markup(std::string_view page) {
  Markup markup;
  std::vector<std::string> open;
  while (true) {
    const std::size_t at = page.find('<');
    const std::string_view text = page.substr(0, at);
    const bool in_style = !open.empty() && open.back() == "style";
    if (!in_style && text.find('>') != std::string_view::npos) markup.error = "> in text: " + std::string(text);
    if (at == std::string_view::npos || !markup.error.empty()) break;
    page.remove_prefix(at + 1);
    const std::size_t close = page.find('>');
    const std::string_view tag = page.substr(0, close);
    page.remove_prefix(close + 1);
    const std::string name(tag.substr(0, tag.find_first_of(" \n/", 1)));
    if (tag.starts_with("/")) {
      if (open.empty() || "/" + open.back() != tag) markup.error = "<" + std::string(tag) + "> closes nothing";
      if (!open.empty()) open.pop_back();
    } else {
      markup.tags.push_back(name);
      if (!read_attributes(tag.substr(name.size()), markup)) markup.error = "bad tag <" + std::string(tag) + ">";
      if (!tag.ends_with("/") && !is_void(name)) open.push_back(name);
    }
    if (!markup.error.empty()) break;
  }
  if (markup.error.empty() && !open.empty()) markup.error = "<" + open.back() + "> is never closed";
  return markup;
}

}  // namespace perfopt::report::testing
