// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/page.hpp"

#include <array>
#include <map>

#include "perfopt/report/embedded.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/page_template.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kTabTitle = 48;  // characters

std::string link_list(const std::vector<PageLink>& links) {
  std::string out;
  for (const PageLink& link : links) out += "<a href=\"#" + link.id + "\">" + link.words + "</a> ";
  return out;
}

std::string article_html(const Article& article) {
  const std::string id = article.prefix + "document";
  return "<article class=\"document" + (article.style.empty() ? "" : " " + article.style) + "\" id=\"" + id +
         "\" aria-labelledby=\"" + id + "-title\">\n<header>\n<p class=\"muted\">perfviz · " + html_text(article.kind) +
         "</p>\n<h1 id=\"" + id + "-title\">" + article.heading + "</h1>\n<p class=\"muted\">" + article.origin +
         "</p>\n</header>\n<nav aria-label=\"Sections of " + html_text(article.title, kNameLength) + "\">" +
         link_list(article.links) + "</nav>\n<div>\n" + article.body + "\n</div>\n<footer class=\"muted\"><p>" +
         article.footnote + "</p></footer>\n</article>\n";
}

// Title and file as the chooser shows them: of a path its end, which tells most.
std::string tab_words(const Article& article, bool with_file) {
  std::string title = html_text(article.title, kTabTitle);
  if (!with_file || article.file.empty()) return title;
  std::string file = printable(article.file);
  if (character_count(file) > kTabTitle) file = printable(article.file.substr(article.file.rfind('/') + 1), kTabTitle);
  return title + " <small>" + html_name(file) + "</small>";
}

// Titles that are equal, or look so where they are cut, are told apart by their files, and those by their place.
std::string chooser(std::span<const Article> articles) {
  if (articles.size() < 2) return "";
  std::map<std::string, std::size_t> titles;
  for (const Article& article : articles) ++titles[tab_words(article, false)];
  std::map<std::string, std::size_t> whole;
  std::string out = "<nav class=\"chooser\" aria-label=\"Documents\">";
  for (const Article& article : articles) {
    std::string words = tab_words(article, titles[tab_words(article, false)] > 1);
    const std::size_t same = ++whole[words];
    if (same > 1) words += " (" + std::to_string(same) + ")";
    out += "<a href=\"#" + article.prefix + "document\">" + words + "</a> ";
  }
  return out + "</nav>\n";
}

std::string data_of(std::span<const Article> articles) {
  std::string out;
  for (const Article& article : articles) {
    for (const std::string& island : article.islands) out += (out.empty() ? "" : ",\n") + island;
  }
  return "[" + out + "]";
}

}  // namespace

std::string page_of(std::span<const Article> articles) {
  const PageAssets& assets = page_assets();
  std::string html = "<main>\n";
  for (const Article& article : articles) html += article_html(article);
  html += "</main>\n";
  std::string title = html_text(articles.front().title, kNameLength);
  if (articles.size() > 1) title += " and " + std::to_string(articles.size() - 1) + " more";
  const std::array<Slot, 8> slots{{
      {"style_hash", std::string(assets.style_hash)},
      {"script_hash", std::string(assets.script_hash)},
      {"title", title},
      {"style", std::string(assets.style)},
      {"chooser", chooser(articles)},
      {"articles", html},
      {"data", data_of(articles)},
      {"script", std::string(assets.script)},
  }};
  return fill(assets.page, slots);
}

std::string page_section(const IdPrefix& prefix, std::string_view id, std::string_view title,
                         const std::string& content) {
  const std::string name = prefix + std::string(id);
  return "<section id=\"" + name + "\" aria-labelledby=\"" + name + "-title\">\n<h2 id=\"" + name + "-title\">" +
         std::string(title) + "</h2>\n" + content + "\n</section>\n";
}

}  // namespace perfopt::report
