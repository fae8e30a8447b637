// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <array>

#include "perfopt/core/error.hpp"
#include "perfopt/core/source_file.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/model/history_json.hpp"
#include "perfopt/model/profile_diff_json.hpp"
#include "perfopt/model/profile_json.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/benchmark_page.hpp"
#include "perfopt/report/comparison_page.hpp"
#include "perfopt/report/comparison_text.hpp"
#include "perfopt/report/history_page.hpp"
#include "perfopt/report/history_text.hpp"
#include "perfopt/report/page.hpp"
#include "perfopt/report/profile_diff_page.hpp"
#include "perfopt/report/profile_diff_text.hpp"
#include "perfopt/report/profile_page.hpp"
#include "perfopt/report/profile_text.hpp"
#include "perfopt/report/results_page.hpp"
#include "perfopt/report/suite_text.hpp"
#include "perfopt/report/summary_page.hpp"

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
    text.by = form_.by;
    text.top = form_.top;
    if (form_.format == "json") return model::to_json_text(profile);
    if (form_.format == "markdown") return report::profile_markdown(profile, text.top, text.by);
    if (form_.format == "csv") return report::profile_csv(profile, text.by);
    text.verbose = form_.verbose;
    text.color = form_.color;
    if (form_.width != 0) text.width = form_.width;
    if (document_.origin != "standard input") text.saved_as = document_.origin;
    return report::profile_text(profile, text);
  }

  std::string operator()(const ComparedResults& compared) const {
    if (form_.format == "json") return model::to_json_text(compared.comparison);
    report::ComparisonTextOptions text;
    if (form_.format == "markdown") text.format = report::ComparisonFormat::markdown;
    if (form_.format == "csv") text.format = report::ComparisonFormat::csv;
    text.verbose = form_.verbose;
    text.color = form_.color;
    if (form_.width != 0) text.width = form_.width;
    return report::comparison_text(compared.comparison, text);
  }

  std::string operator()(const ComparedProfiles& compared) const {
    report::ProfileDiffTextOptions text;
    text.top = form_.top;
    if (form_.format == "json") return model::to_json_text(compared.diff);
    if (form_.format == "markdown") return report::profile_diff_markdown(compared.diff, text.top);
    if (form_.format == "csv") return report::profile_diff_csv(compared.diff);
    text.color = form_.color;
    if (form_.width != 0) text.width = form_.width;
    return report::profile_diff_text(compared.diff, text);
  }

  std::string operator()(const model::History& history) const {
    if (form_.format == "json") return model::to_json_text(history);
    report::HistoryTextOptions text;
    if (form_.format == "markdown") text.format = report::HistoryFormat::markdown;
    if (form_.format == "csv") text.format = report::HistoryFormat::csv;
    text.verbose = form_.verbose;
    text.color = form_.color;
    if (form_.width != 0) text.width = form_.width;
    return report::history_text(history, text);
  }

  // A file of another tool is shown as a page alone: as a text, it is what that tool itself prints.
  std::string operator()(const model::ResultSet& results) const {
    throw perfopt::BadInput(document_.origin + ": results of " + results.tool +
                            " are shown as a page; add --report, or compare them with --compare");
  }

 private:
  const Document& document_;
  const Form& form_;
};

// The article of a document, by its kind.
struct ArticleOf {
  const Document& document;
  report::IdPrefix prefix;
  const std::vector<report::ProfileLink>& profiles;

  report::Article operator()(const model::Suite& suite) const {
    return report::benchmark_article(suite, prefix, profiles);
  }
  report::Article operator()(const model::ResultSet& results) const { return report::results_article(results, prefix); }
  report::Article operator()(const model::Profile& profile) const {
    return report::profile_article(profile, prefix, perfopt::read_source);
  }
  report::Article operator()(const ComparedResults& compared) const {
    std::optional<report::ComparedEnvironments> environments;
    if (compared.base && compared.changed) environments.emplace(*compared.base, *compared.changed);
    return report::comparison_article(compared.comparison, environments, prefix);
  }
  report::Article operator()(const ComparedProfiles& compared) const {
    return report::profile_diff_article(compared.base, compared.changed, compared.diff, prefix);
  }
  report::Article operator()(const model::History& history) const {
    return report::history_article(history, document.origin, prefix);
  }
};

// Sorts documents by what they tell those who decide.
struct Summary {
  report::SummaryInput& input;

  void operator()(const model::Suite& suite) const { input.suites.push_back(&suite); }
  void operator()(const model::Profile& profile) const { input.profiles.push_back(&profile); }
  void operator()(const ComparedResults& compared) const { input.comparisons.push_back(&compared.comparison); }
  void operator()(const model::History& history) const { input.histories.push_back(&history); }
  // These name no gain and no cost: one without a baseline, the other without a measure of the whole.
  void operator()(const model::ResultSet& results) const { refuse(results.origin); }
  void operator()(const ComparedProfiles& compared) const { refuse(compared.diff.changed.origin); }

 private:
  [[noreturn]] static void refuse(const std::string& origin) {
    throw perfopt::BadInput("--summary: " + origin + " says neither gain nor cost; leave out --summary");
  }
};

std::string summary(const std::vector<Document>& documents) {
  report::SummaryInput input;
  for (const Document& document : documents) std::visit(Summary{input}, document.content);
  return report::page_of(std::array{report::summary_article(input)});
}

std::string page(const std::vector<Document>& documents) {
  const auto prefix_of = [&](std::size_t i) -> report::IdPrefix {
    return documents.size() == 1 ? "" : "d" + std::to_string(i + 1) + "-";
  };
  std::vector<report::ProfileLink> profiles;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    const auto* profile = std::get_if<model::Profile>(&documents[i].content);
    if (profile != nullptr) profiles.push_back({prefix_of(i) + "document", profile->command});
  }
  std::vector<report::Article> articles;
  for (std::size_t i = 0; i < documents.size(); ++i) {
    articles.push_back(std::visit(ArticleOf{documents[i], prefix_of(i), profiles}, documents[i].content));
    articles.back().file = documents[i].origin;
  }
  return report::page_of(articles);
}

}  // namespace

std::string rendered(const std::vector<Document>& documents, const Form& form) {
  if (form.summary) return summary(documents);
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
