// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/benchmark_page.hpp"

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

std::string anchor_of(std::size_t index) {
  return "p" + std::to_string(index + 1);
}

std::string unit_of(const ProblemView& problem) {
  return problem.unit().empty() ? "size" : problem.unit();
}

namespace {

// Links to the sections that only some documents have.
std::string more_links(const model::Suite& suite) {
  return std::string(suite.fleet ? " <a href=\"#hosts\">Hosts</a>" : "") +
         (suite.scalings.empty() ? "" : " <a href=\"#scaling\">Scaling</a>");
}

}  // namespace

std::string benchmark_page(const model::Suite& suite) {
  const PageTemplate page = benchmark_report_template();
  const std::vector<ProblemView> problems = problems_of(suite);
  const std::string& host = suite.environment.host;
  const std::array<Slot, 17> slots{{
      {"style_hash", std::string(page.style_hash)},
      {"style", std::string(page.style)},
      {"title", host.empty() ? "Benchmark report" : "Benchmark report: " + html_text(host, kNameLength)},
      {"origin", html_text(origin_line(suite, " · "))},
      {"banner", page_banner(suite)},
      {"tiles", page_tiles(suite)},
      {"failures", page_failures(suite)},
      {"quality", page_quality(suite)},
      {"verdicts", page_verdicts(problems)},
      {"heat_map", page_heat_map(problems)},
      {"problems", page_problems(problems)},
      {"scaling", page_scaling(suite)},
      {"fleet", page_fleet(suite)},
      {"more_links", more_links(suite)},
      {"left_out", page_left_out(suite)},
      {"environment", page_environment(suite.environment)},
      {"settings", page_settings(suite.settings)},
  }};
  return fill(page.html, slots);
}

}  // namespace perfopt::report
