// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/benchmark_page.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "perfopt/report/embedded.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/page_sections.hpp"
#include "perfopt/report/page_template.hpp"
#include "perfopt/report/suite_formats.hpp"
#include "perfopt/report/suite_view.hpp"

namespace perfopt::report {

std::string html_name(std::string_view name) {
  return "<bdi>" + html_text(name, kNameLength) + "</bdi>";
}

std::string cell_name(std::string_view name) {
  const bool is_ascii = std::ranges::all_of(name, [](char letter) { return letter >= 0; });
  return is_ascii ? html_text(name, kNameLength) : html_name(name);
}

std::string anchor_of(const IdPrefix& prefix, std::size_t index) {
  return prefix + "p" + std::to_string(index + 1);
}

namespace {

std::vector<PageLink> links_of(const model::Suite& suite, const IdPrefix& prefix) {
  std::vector<PageLink> links{{prefix + "answer", "Answer"},
                              {prefix + "heat", "Speed-ups"},
                              {prefix + "results", "All results"},
                              {prefix + "problems", "Problems"}};
  // Only some documents have those sections.
  if (suite.fleet) links.push_back({prefix + "hosts", "Hosts"});
  if (!suite.scalings.empty()) links.push_back({prefix + "scaling", "Scaling"});
  links.push_back({prefix + "left-out", "Left out"});
  links.push_back({prefix + "environment", "Environment"});
  links.push_back({prefix + "settings", "Settings"});
  return links;
}

constexpr std::string_view kFootnote =
    "A speed-up is the time of the baseline divided by the time of the strategy, over rounds in which both ran on the "
    "same fresh input; the interval holds the true ratio in 95 % of such runs. A strategy wins or loses only where "
    "that "
    "interval excludes 1. Every result was compared with the baseline's before its time was counted. Times are for one "
    "run; bands and ranges beside times are quartiles.";

std::string body_of(const model::Suite& suite, const IdPrefix& prefix, const std::vector<ProfileLink>& profiles) {
  std::vector<ProblemView> problems = problems_of(suite);
  for (ProblemView& problem : problems) problem.profiles = profiles;
  const std::array<Slot, 14> slots{{
      {"id", prefix},
      {"banner", page_banner(suite)},
      {"tiles", page_tiles(suite)},
      {"failures", page_failures(suite)},
      {"quality", page_quality(suite)},
      {"verdicts", page_verdicts(problems, prefix)},
      {"heat_map", page_heat_map(problems, prefix)},
      {"results", page_results(problems, prefix)},
      {"problems", page_problems(problems, prefix)},
      {"scaling", page_scaling(suite, prefix)},
      {"fleet", page_fleet(suite, prefix)},
      {"left_out", page_left_out(suite)},
      {"environment", page_environment(suite.environment)},
      {"settings", page_settings(suite.settings)},
  }};
  return fill(page_assets().benchmark_body, slots);
}

}  // namespace

Article benchmark_article(const model::Suite& suite, const IdPrefix& prefix, const std::vector<ProfileLink>& profiles) {
  const std::string& host = suite.environment.host;
  Article article;
  article.prefix = prefix;
  article.title = host.empty() ? "Benchmark report" : "Benchmark report: " + host;
  article.kind = "benchmark report";
  article.heading = "What pays off on this machine";
  article.origin = html_text(origin_line(suite, " · "));
  article.links = links_of(suite, prefix);
  article.body = body_of(suite, prefix, profiles);
  article.footnote = kFootnote;
  return article;
}

std::string benchmark_page(const model::Suite& suite) {
  return page_of(std::array{benchmark_article(suite, "")});
}

}  // namespace perfopt::report
