// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include "perfopt/core/error.hpp"
#include "perfopt/model/profile_json.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/benchmark_page.hpp"
#include "perfopt/report/page.hpp"
#include "perfopt/report/profile_page.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/suite_text.hpp"

namespace perfviz {
namespace {

namespace model = perfopt::model;
namespace report = perfopt::report;

// The text of a document, by its kind.
class Text {
 public:
  Text(const Document& document, const Form& form) : document_(document), form_(form) {}

  std::string operator()(const model::Suite& suite) const {
    if (form_.format == "json") return model::to_json_text(suite);
    report::TextOptions text;
    text.verbose = form_.verbose;
    if (form_.format == "markdown") text.format = report::TextFormat::markdown;
    if (form_.format == "csv") text.format = report::TextFormat::csv;
    text.color = form_.color;
    if (form_.width != 0) text.width = form_.width;
    return report::suite_text(suite, text);
  }

  std::string operator()(const model::Profile& profile) const {
    report::ProfileTextOptions text;
    if (form_.format == "json") return model::to_json_text(profile);
    if (form_.format == "markdown") return report::profile_markdown(profile, text.top);
    if (form_.format == "csv") return report::profile_csv(profile);
    text.verbose = form_.verbose;
    text.color = form_.color;
    if (form_.width != 0) text.width = form_.width;
    if (document_.origin != "standard input") text.saved_as = document_.origin;
    return report::profile_text(profile, text);
  }

 private:
  const Document& document_;
  const Form& form_;
};

// The article of a document, by its kind.
struct ArticleOf {
  report::IdPrefix prefix;

  report::Article operator()(const model::Suite& suite) const { return report::benchmark_article(suite, prefix); }
  report::Article operator()(const model::Profile& profile) const { return report::profile_article(profile, prefix); }
};

std::string page(const std::vector<Document>& documents) {
  std::vector<report::Article> articles;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const report::IdPrefix prefix = documents.size() == 1 ? "" : "d" + std::to_string(i + 1) + "-";
    articles.push_back(std::visit(ArticleOf{prefix}, documents[i].content));
  }
  return report::page_of(articles);
}

}  // namespace

std::string rendered(const std::vector<Document>& documents, const Form& form) {
  if (form.format == "html") return page(documents);
  if (documents.size() > 1 && (form.format == "json" || form.format == "csv")) {
    throw perfopt::BadInput("--format " + form.format + " holds one document, and " + std::to_string(documents.size()) +
                            " are named; name one, or write a page with --report");
  }
  std::string text;
  for (const Document& document : documents) {
    if (!text.empty()) text += "\n";
    text += std::visit(Text(document, form), document.content);
  }
  return text;
}

}  // namespace perfviz
