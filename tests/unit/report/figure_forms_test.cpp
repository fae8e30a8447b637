// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/figure_forms.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <regex>

#include <doctest/doctest.h>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "unit/report/comparison_fixture.hpp"
#include "unit/report/markup.hpp"
#include "unit/report/profile_fixture.hpp"
#include "unit/report/suite_fixture.hpp"

using namespace perfopt;
using namespace perfopt::report;
using namespace perfopt::report::testing;

namespace {

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::vector<Figure> figures_of(const model::Suite& suite) {
  const std::vector<ProblemView> problems = problems_of(suite);
  return {speedup_figure(problems),      scaling_figure(suite, problems), throughput_figure(problems),
          distribution_figure(problems), scatter_figure(problems),        heat_map_figure(problems),
          forest_figure(problems)};
}

model::HistorySeries stepped_series(const std::string& name) {
  model::HistorySeries series;
  series.name = series.machine = series.environment = name;
  series.unit = "ns";
  for (int i = 0; i < 12; ++i) {
    const double median = i < 6 ? 100 : 130;
    series.points.push_back({name, "2026-11-21T00:00:00Z", name, "", "", false, median, median - 1, median + 1, 9});
  }
  series.changes.push_back({6, "a", "b", "", {1.3, 1.28, 1.32}, true, true});
  return series;
}

std::vector<Figure> all_figures() {
  model::Suite suite = realistic_suite();
  for (model::Case& item : suite.cases) {
    for (std::size_t i = 0; i < item.variants.size(); ++i) item.variants[i].resources.held_bytes = 4096 * (i + 1);
  }
  std::vector<Figure> figures = figures_of(suite);
  figures.push_back(forest_figure(every_verdict()));
  figures.push_back(flame_figure(words_profile()));
  figures.push_back(timeline_figure(words_profile()));
  const std::vector<model::HistorySeries> series{stepped_series("sort")};
  figures.push_back(history_figure(series));
  return figures;
}

// Of a line of a terminal, without its colours.
std::size_t width_of(std::string line) {
  static const std::regex escape("\x1b\\[[0-9;]*m");
  return character_count(std::regex_replace(line, escape, ""));
}

void require_forms(const Figure& figure) {
  CAPTURE(figure.name);
  for (const Theme theme : {Theme::light, Theme::dark}) {
    const std::string svg = figure_svg(figure, {theme, 0});
    CHECK(parse_markup(svg).error == "");
    CHECK_FALSE(has(svg, "nan"));
    CHECK_FALSE(has(svg, "inf "));
    CHECK_FALSE(has(svg, "var(--"));
  }
  require_sound(figure_page(figure));
  for (const unsigned width : {40U, 80U, 133U}) {
    const std::string text = figure_text(figure, {width, true});
    CAPTURE(width);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      REQUIRE(end != std::string::npos);
      CHECK(width_of(text.substr(at, end - at)) <= width);
      at = end + 1;
    }
  }
  for (const std::vector<TableCell>& row : figure.table.rows) CHECK(row.size() == figure.table.columns.size());
}

// The hostile names of issue 6.
std::vector<std::string> hostile_names() {
  return {"<script>alert(1)</script>",
          "</script><script>alert(1)</script>",
          "<!--<script>",
          "-->",
          "]]>",
          "</svg><img src=x onerror=alert(1)>",
          "\" onload=\"alert(1)",
          "' onfocus='x",
          "</title>",
          "</style>",
          "{{articles}}",
          "&lt;b&gt;",
          "javascript:alert(1)",
          std::string("a\0b", 3),
          "\x1b[31mred",
          "\r\n\t",
          "\xff\xfe\xc0\xaf",
          "\xed\xa0\x80",
          "\u2028\u2029",
          "\u202Eevil\u2066",
          "שלום",
          "🚀🇩🇪",
          "",
          " ",
          "%s%n",
          "\\u003cscript>",
          "`${x}`",
          std::string(10'000, '<'),
          std::string(10'000, 'w'),
          "=cmd|' /C calc'!A0",
          "\uFFFE\uFFFF"};
}

}  // namespace

TEST_CASE("every chart has panels, a table and sound forms") {
  const std::vector<Figure> figures = all_figures();
  CHECK(figures.size() == 11);
  for (const Figure& figure : figures) {
    CAPTURE(figure.name);
    CHECK_FALSE(figure.panels.empty());
    CHECK_FALSE(figure.table.rows.empty());
    CHECK_FALSE(has(figure_text(figure, {}), "Nothing was measured"));
    require_forms(figure);
  }
}

TEST_CASE("a document without anything, and one with a single benchmark, give charts too") {
  for (const Figure& figure : figures_of(model::Suite{})) {
    CHECK(figure.panels.empty());
    CHECK(has(figure_svg(figure, {}), "Nothing was measured that can be drawn."));
    CHECK(has(figure_text(figure, {}), "Nothing was measured"));
    CHECK(has(figure_markdown(figure), "Nothing was measured"));
    require_forms(figure);
  }
  for (const Figure& figure : figures_of(small_suite())) require_forms(figure);
  require_forms(flame_figure(model::Profile{}));
  require_forms(timeline_figure(model::Profile{}));
  require_forms(history_figure({}));
  require_forms(forest_figure(model::Comparison{}));
}

TEST_CASE("the figures of the table are those of the document, unrounded in CSV and JSON") {
  const model::Suite suite = realistic_suite();
  const Figure figure = speedup_figure(problems_of(suite));
  const std::string csv = figure_csv(figure);
  const std::string json = figure_json(figure);
  std::size_t rows = 0;
  for (const model::Case& item : suite.cases) {
    for (const model::Variant& variant : item.variants) {
      if (!speedup_of(variant)) continue;
      const bool is_there = std::ranges::any_of(figure.table.rows, [&](const std::vector<TableCell>& row) {
        return row[0] == TableCell(item.category + "/" + item.problem) && row[1] == TableCell(variant.name) &&
               row[2] == TableCell(item.size) && row[4] == TableCell(variant.summary.speedup->estimate) &&
               row[5] == TableCell(variant.summary.speedup->low) && row[6] == TableCell(variant.summary.speedup->high);
      });
      CHECK(is_there);
      ++rows;
    }
  }
  CHECK(figure.table.rows.size() == rows);
  CHECK(std::ranges::count(csv, '\n') == static_cast<std::ptrdiff_t>(rows + 1));
  CHECK(has(csv.substr(0, csv.find(0x0A)), "speed-up"));
  const std::string first = csv.substr(csv.find('\n') + 1, csv.find('\n', csv.find('\n') + 1) - csv.find('\n') - 1);
  const std::string estimate = std::regex_replace(first, std::regex("^(?:[^,]*,){4}([^,]*),.*$"), "$1");
  CHECK(std::strtod(estimate.c_str(), nullptr) == std::get<double>(figure.table.rows[0][4]));
  CHECK(has(json, estimate));
}

TEST_CASE("every raw round stands in a bin, and the median and quartiles are the document's") {
  const model::Suite suite = realistic_suite();
  for (const ProblemView& problem : problems_of(suite)) {
    const auto panel = distribution_panel(problem);
    const model::Case* item = largest_measured(problem);
    CHECK(panel.has_value() == (item != nullptr));
    if (!panel) continue;
    for (const FigureRow& row : panel->rows) {
      const model::Variant& variant = *find_variant(*item, row.label);
      std::size_t counted = 0;
      for (const std::uint32_t bin : row.bins) counted += bin;
      CHECK(counted == variant.rounds.wall_ns.size());
      CHECK(row.low == doctest::Approx(variant.summary.wall_low_ns / variant.summary.wall_ns - 1));
      CHECK(row.high == doctest::Approx(variant.summary.wall_high_ns / variant.summary.wall_ns - 1));
    }
  }
}

TEST_CASE("a limit is drawn in the unit of the bar: rate over limit is the document's share") {
  model::Suite suite = small_suite();
  model::Variant& variant = suite.cases[0].variants[1];
  variant.limit = model::LimitUse{"read_bandwidth", "bytes/s", 1e9, 1e3, 0, 1, 1};
  variant.summary.limit_share = 0.4;
  const auto panel = throughput_panel(problems_of(suite)[0]);
  REQUIRE(panel);
  CHECK(panel->rows[1].value / panel->rows[1].bound == doctest::Approx(0.4));
  CHECK(has(panel->caption, "outlined"));
  variant.summary.limit_share = 0.0001;
  const auto far = throughput_panel(problems_of(suite)[0]);
  CHECK_FALSE(std::isfinite(far->rows[1].bound));
  CHECK(has(far->caption, "beyond the picture"));
}

TEST_CASE("no name leaves its place in any form") {
  const std::vector<std::string> names = hostile_names();
  CHECK(names.size() >= 30);
  for (const std::string& name : names) {
    CAPTURE(name.substr(0, 40));
    std::vector<Figure> figures = figures_of(hostile_suite(name));
    figures.push_back(forest_figure(hostile_comparison(name)));
    figures.push_back(history_figure(std::vector<model::HistorySeries>{stepped_series(name)}));
    for (Figure& figure : figures) {
      figure.title = name;
      require_forms(figure);
      const std::string text = figure_text(figure, {});
      for (const char* bad : {"\x1b", "\u2028", "\u202E", "\xff"}) CHECK_FALSE(has(text, bad));
      for (const std::string& form :
           {figure_svg(figure, {}), without_scripts(figure_page(figure)), figure_markdown(figure)}) {
        for (const char* bad : {"<script", "<img", "\x1b", "\u2028", "\u202E", "\xff"}) CHECK_FALSE(has(form, bad));
      }
      CHECK_FALSE(has(figure_json(figure), "<"));
    }
  }
}

TEST_CASE("values that no axis can place are left out, and the rest is drawn") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinite = std::numeric_limits<double>::infinity();
  for (const double bad : {nan, infinite, -infinite, -1.0, 0.0, 1e-320, 1e308}) {
    CAPTURE(bad);
    model::Suite suite = realistic_suite();
    for (model::Case& item : suite.cases) {
      model::Variant& variant = item.variants.back();
      variant.summary.speedup = model::Interval{bad, bad, bad};
      variant.summary.wall_ns = variant.summary.wall_low_ns = bad;
      variant.summary.items_per_second = variant.summary.bytes_per_second = bad;
      variant.summary.limit_share = bad;
      item.variants.front().summary.wall_high_ns = bad;
      for (double& wall_ns : item.variants[1].rounds.wall_ns) wall_ns = bad;
    }
    for (Figure& figure : figures_of(suite)) {
      require_forms(figure);
      use_log_axes(figure);
      require_forms(figure);
    }
  }
}

namespace {

struct Position {
  double x, y;
};

// Where the pen stops, of a path of M, L, H, V and their relative forms.
std::vector<Position> positions_of(const std::string& path) {
  static const std::regex step("([MLHVmlhv])(-?[0-9.]+)( ?(-?[0-9.]+))?");
  std::vector<Position> positions;
  Position pen{0, 0};
  for (std::sregex_iterator at(path.begin(), path.end(), step), end; at != end; ++at) {
    const char word = (*at)[1].str()[0];
    const bool is_relative = word >= 'a';
    const Position from = is_relative ? pen : Position{0, 0};
    const double first = std::stod((*at)[2]);
    const char kind = is_relative ? static_cast<char>(word - 'a' + 'A') : word;
    if (kind == 'V') {
      pen.y = from.y + first;
    } else {
      pen.x = from.x + first;
      if (kind != 'H') pen.y = from.y + std::stod((*at)[4]);
    }
    positions.push_back(pen);
  }
  return positions;
}

}  // namespace

TEST_CASE("equal factors are equal distances, upwards and to the right") {
  Panel panel;
  panel.x = {"size", Quantity::count, true};
  panel.y = {"speed-up", Quantity::ratio, true};
  panel.series = {{"A", 1, {{10, 2}, {100, 4}, {1000, 8}}}};
  const std::string svg = panel_svg(panel, "A rises");
  static const std::regex line("class=\"l s1\" d=\"([^\"]*)\"");
  std::smatch found;
  REQUIRE(std::regex_search(svg, found, line));
  const auto at = positions_of(found[1]);
  REQUIRE(at.size() == 3);
  CHECK(at[1].x - at[0].x == doctest::Approx(at[2].x - at[1].x).epsilon(0.01));
  CHECK(at[0].y - at[1].y == doctest::Approx(at[1].y - at[2].y).epsilon(0.01));
  CHECK(at[1].x > at[0].x);
  CHECK(at[1].y < at[0].y);
  CHECK(has(svg, "role=\"img\" aria-label=\"A rises\""));
  CHECK_FALSE(has(svg, "#"));  // colours are those of the page
  panel.series = {{"A", 1, {{0, 1}, {10, -1}}}};
  CHECK(panel_svg(panel, "").empty());
}

TEST_CASE("labels of lines that end together do not overlap and stay inside") {
  Panel panel;
  panel.x = {"size", Quantity::count, true};
  panel.y = {"speed-up", Quantity::ratio, true};
  for (unsigned i = 0; i < 8; ++i) {
    panel.series.push_back({"strategy number " + std::to_string(i), i, {{10, 1.0}, {1000, 2 + i * 0.001}}});
  }
  panel.marks = {{100, "first 100"}, {101, "second 101"}, {102, "third 102"}, {9, "edge"}};
  const std::string svg = panel_svg(panel, "");
  static const std::regex pattern("<text x=\"([-0-9.]+)\" y=\"([-0-9.]+)\">([^<]*)<");
  std::vector<double> starts;
  std::size_t texts = 0;
  for (std::sregex_iterator at(svg.begin(), svg.end(), pattern), end; at != end; ++at, ++texts) {
    const double x = std::stod((*at)[1]);
    const double y = std::stod((*at)[2]);
    const double width = 7 * static_cast<double>((*at)[3].length());
    // Texts of an anchor are a group; those that begin at x come first.
    const std::string before = svg.substr(0, static_cast<std::size_t>(at->position()));
    const std::size_t group = before.rfind("<g text-anchor=");
    const std::string anchor = group == std::string::npos ? "" : before.substr(group, 21);
    const double left = anchor.empty() ? x : x - (has(anchor, "end") ? width : width / 2);
    CHECK(left >= 0);
    CHECK(left + width <= 481);
    CHECK(y >= 10);
    CHECK(y <= 310);
    if (anchor.empty()) starts.push_back(y);
  }
  CHECK(texts > 14);
  CHECK(starts.size() == 8);
  std::ranges::sort(starts);
  CHECK(std::ranges::adjacent_find(starts, [](double a, double b) { return b - a < 12; }) == starts.end());
}

TEST_CASE("labels of many marks leave the plot its room; the rest are lines alone") {
  Panel panel;
  panel.x = {"run", Quantity::count};
  panel.y = {"time", Quantity::count};
  panel.series.push_back({"less is better", 1, {{1, 1}, {200, 2}}});
  for (unsigned i = 0; i < 200; ++i) panel.marks.push_back({100 + i * 0.01, "a mark " + std::to_string(i)});
  const std::string svg = panel_svg(panel, "");
  static const std::regex label(">a mark [0-9]+<");
  CHECK(std::distance(std::sregex_iterator(svg.begin(), svg.end(), label), std::sregex_iterator()) == 4);
  std::smatch dotted;
  REQUIRE(std::regex_search(svg, dotted, std::regex("class=\"mark r3\" d=\"([^\"]*)\"")));
  const std::string lines = dotted[1];
  const auto at = positions_of(lines);
  REQUIRE(at.size() == 400);  // of the lines, below the labels and above the axis
  for (std::size_t i = 0; i < at.size(); i += 2) CHECK(at[i].y <= 75);
}

TEST_CASE("a history of many points and changes has each change at its point, and is drawn at once") {
  constexpr std::size_t kPoints = 40'000;
  model::HistorySeries series;
  series.name = "sort";
  series.unit = "ns";
  for (std::size_t i = 0; i < kPoints; ++i) {
    series.points.push_back({"id", "2026-11-21T00:00:00Z", "c", "", "", false, 100, 99, 101, 9});
    series.changes.push_back({i + 1, "a", "b", "", {1.0 + static_cast<double>(i), 1, 2}, true, true});
  }
  const Figure figure = history_figure(std::span(&series, 1));
  REQUIRE(figure.table.rows.size() == kPoints);
  CHECK(std::holds_alternative<std::monostate>(figure.table.rows[0].back()));
  CHECK(std::get<double>(figure.table.rows[1].back()) == 1.0);
  CHECK(std::get<double>(figure.table.rows[kPoints - 1].back()) == static_cast<double>(kPoints - 1));
}

TEST_CASE("equal documents give equal bytes") {
  const std::vector<Figure> once = all_figures();
  const std::vector<Figure> again = all_figures();
  for (std::size_t i = 0; i < once.size(); ++i) {
    CHECK(figure_svg(once[i], {}) == figure_svg(again[i], {}));
    CHECK(figure_page(once[i]) == figure_page(again[i]));
    CHECK(figure_json(once[i]) == figure_json(again[i]));
    CHECK(figure_text(once[i], {}) == figure_text(again[i], {}));
  }
}
