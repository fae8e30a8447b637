// SPDX-License-Identifier: Apache-2.0
// One self-contained HTML page of one or several documents: works offline, says everything without script.
//
// An article is one document: its answer first, then sections. A page of several has a chooser above them; without
// script all of them stand below one another. The page carries its style, its script and its data (island.hpp), each
// once, under a Content-Security-Policy that names their hashes and allows nothing else: no request ever leaves it.
// Equal articles give equal bytes. Internal to report/; the builders are benchmark_page.hpp, profile_page.hpp, ...
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace perfopt::report {

// Before each id of an article, so that two of them can stand in one page: "" or "d2-". Letters, digits and hyphens.
using IdPrefix = std::string;

struct PageLink {
  std::string id;  // of a section, with its prefix
  std::string words;
};

struct Article {
  IdPrefix prefix;
  std::string style;    // "profile": a class for its own rules in report.css; may be ""
  std::string title;    // plain text: of the window and in the chooser
  std::string file;     // plain text: where it came from, told in the chooser among others of the same title; may be ""
  std::string kind;     // plain text: "benchmark report"
  std::string heading;  // this and all below: HTML
  std::string origin;
  std::vector<PageLink> links;
  std::string body;
  std::string footnote;
  std::vector<std::string> islands;  // JSON objects for the script, each with "id" and "kind"
};

// At least one article.
[[nodiscard]] std::string page_of(std::span<const Article> articles);

// <section> with a heading that names it.
[[nodiscard]] std::string page_section(const IdPrefix& prefix, std::string_view id, std::string_view title,
                                       const std::string& content);

}  // namespace perfopt::report
