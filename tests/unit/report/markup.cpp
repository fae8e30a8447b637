// SPDX-License-Identifier: Apache-2.0
#include "unit/report/markup.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <doctest/doctest.h>

#include "perfopt/report/embedded.hpp"
#include "perfopt/report/escape.hpp"

namespace perfopt::report::testing {
namespace {

bool is_void(std::string_view name) {
  constexpr std::array<std::string_view, 4> kVoid{"meta", "br", "wbr", "!DOCTYPE"};
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

std::string without_scripts(const std::string& page) {
  constexpr std::string_view kData = "<script type=\"application/json\" id=\"data\">";
  const std::size_t data = page.find(kData);
  const std::size_t end = page.rfind("</script>\n</body>");
  REQUIRE(data != std::string::npos);
  REQUIRE(end != std::string::npos);
  const std::string scripts = page.substr(data + kData.size(), end - data - kData.size());
  const std::size_t between = scripts.find("</script>\n<script>");
  REQUIRE(between != std::string::npos);
  // No name of the data ends its element or opens one in it; the rest is our own script.
  CHECK(scripts.substr(0, between).find('<') == std::string::npos);
  CHECK(scripts.ends_with(report::page_assets().script));
  return page.substr(0, data) + page.substr(end + std::string_view("</script>\n").size());
}

void require_sound(const std::string& page) {
  const Markup markup = parse_markup(without_scripts(page));
  REQUIRE(markup.error == "");
  const std::set<std::string> ids(markup.ids.begin(), markup.ids.end());
  CHECK(ids.size() == markup.ids.size());
  for (const std::string& anchor : markup.anchors) {
    CAPTURE(anchor);
    CHECK(ids.contains(anchor));
  }
  const std::set<std::string> harmful{"script", "img", "iframe", "object", "embed", "link", "form", "foreignObject"};
  for (const std::string& tag : markup.tags) {
    CAPTURE(tag);
    CHECK_FALSE(harmful.contains(tag));
  }
  for (const std::string& attribute : markup.attributes) {
    CAPTURE(attribute);
    CHECK_FALSE(attribute.starts_with("on"));
    CHECK(attribute != "style");
    CHECK(attribute != "src");
  }
  CHECK(printable(page, std::string::npos).find("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD") == std::string::npos);
}

}  // namespace perfopt::report::testing
