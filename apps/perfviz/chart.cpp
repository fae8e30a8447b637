// SPDX-License-Identifier: Apache-2.0
#include "chart.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "documents.hpp"
#include "options.hpp"
#include "output.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"

namespace perfviz {
namespace {

namespace cli = perfopt::cli;
namespace model = perfopt::model;
namespace report = perfopt::report;
using perfopt::BadInput;

constexpr double kPngScale = 2;
constexpr std::uint64_t kLeastPixels = 200;
constexpr std::uint64_t kMostPixels = 16'000;

struct Chart {
  std::string_view name;
  std::string_view flag;  // of the document that it is drawn of
  bool is_of_two;         // or of what --compare names
  bool has_values;        // an axis of values, which can be logarithmic
  bool has_names;         // of problems or series, to choose among
  std::string_view needs;
};

constexpr std::array<Chart, 10> kCharts{{
    {"speedup", "--benchmark", false, true, true, "strategies measured beside their baseline"},
    {"scaling", "--benchmark", false, true, true, "measured times"},
    {"throughput", "--benchmark", false, true, true, "measured times"},
    {"distribution", "--benchmark", false, false, true, "raw rounds"},
    {"scatter", "--benchmark", false, true, true, "measured times, and memory that differs among strategies"},
    {"heatmap", "--benchmark", false, false, true, "strategies measured beside their baseline"},
    {"forest", "--benchmark", true, false, true, "strategies measured beside their baseline"},
    {"flame", "--profiler", true, false, false, "samples"},
    {"timeline", "--profiler", false, false, false, "samples with their moments"},
    {"history", "--history", false, true, true, "measured runs"},
}};

const std::vector<std::string_view>& chart_names() {
  static const std::vector<std::string_view> kNames = [] {
    std::vector<std::string_view> names;
    for (const Chart& chart : kCharts) names.push_back(chart.name);
    return names;
  }();
  return kNames;
}

const Chart& chart_of(const std::string& name) {
  cli::require_choice("--chart", name, chart_names());
  return *std::ranges::find(kCharts, std::string_view(name), &Chart::name);
}

// What draws a chart is one of these.
struct Source {
  std::string_view flag;
  std::size_t count;
};

// Refuses what a chart has no use for.
void require_one_input(const Options& options, const Chart& chart) {
  const std::string start = "--chart " + std::string(chart.name);
  const std::string wanted = std::string(chart.flag) + " FILE" + (chart.is_of_two ? " or --compare BASE NEW" : "");
  const std::array<Source, 4> sources{{{"--benchmark", options.benchmarks.size()},
                                       {"--profiler", options.profiles.size()},
                                       {"--history", options.history.empty() ? 0U : 1U},
                                       {"--compare", options.compared.empty() ? 0U : 1U}}};
  const bool compares = chart.is_of_two && !options.compared.empty();
  const std::string_view flag = compares ? "--compare" : chart.flag;
  const auto refuse_others = [&](std::string_view other) {
    throw BadInput(start + " is drawn of one " + wanted + "; leave out " + std::string(other));
  };
  const auto* const used = std::ranges::find(sources, flag, &Source::flag);
  if (used->count == 0) throw BadInput(start + " is drawn of " + wanted + "; give one");
  if (used->count > 1) refuse_others("the other " + std::string(flag));
  for (const Source& source : sources) {
    if (source.flag != flag && source.count > 0) refuse_others(source.flag);
  }
}

[[noreturn]] void refuse_use(const std::string& flag, const std::string& why) {
  throw BadInput(flag + " " + why + "; leave it out");
}

// Refuses options that would change nothing.
void require_use(const Options& all, const Chart& chart, const Output& output) {
  const ChartOptions& options = all.chart;
  const std::string name = "--chart " + std::string(chart.name);
  if (!all.by.empty()) refuse_use("--by", "chooses what the text of a profile lists, not what " + name + " draws");
  if (!all.top.empty()) refuse_use("--top", "cuts the text of a profile, not what " + name + " draws");
  if (!options.filter.empty() && !chart.has_names) {
    refuse_use("--filter", "chooses problems, benchmarks or series, which " + name + " does not have");
  }
  if (options.is_log && !chart.has_values) refuse_use("--log", "needs an axis of values, which " + name + " has not");
  if (!options.width.empty() && !output.is_picture() && output.form != "console") {
    refuse_use("--width", "is of pictures and of text for a terminal, not of " + output.form);
  }
  if (!options.theme.empty() && !output.is_picture()) refuse_use("--theme", "is of svg and png, not of " + output.form);
  if (!options.title.empty() && output.form == "csv") refuse_use("--title", "has no place in csv");
}

void refuse_page(const Options& options) {
  if (options.wants_report()) {
    throw BadInput("--chart is one chart and --report a page of everything; leave out --report (a chart goes to " +
                   std::string("--output FILE), or leave out --chart"));
  }
  if (options.summary) throw BadInput("--chart is one chart and --summary a page; leave out --summary, or --chart");
}

template <class T, class NameOf>
void keep_matching(std::vector<T>& all, const std::string& filter, NameOf name_of) {
  if (filter.empty() || all.empty()) return;
  const perfopt::Pattern pattern(filter, "--filter");
  const std::string example = name_of(all.front());
  std::erase_if(all, [&](const T& item) { return !pattern.found_in(name_of(item)); });
  if (all.empty())
    throw BadInput("--filter: nothing is called like '" + filter + "'; names are like '" + example + "'");
}

// The chart of a document, by its kind. What a flag takes beside the kind that the chart wants is refused.
class FigureOf {
 public:
  FigureOf(const ChartOptions& options, const std::string& origin) : options_(options), origin_(origin) {}

  report::Figure operator()(const model::Suite& suite) const {
    std::vector<report::ProblemView> problems = report::problems_of(suite);
    keep_matching(problems, options_.filter, [](const report::ProblemView& problem) { return problem.id; });
    const std::string& chart = options_.chart;
    if (chart == "speedup") return report::speedup_figure(problems);
    if (chart == "scaling") return report::scaling_figure(suite, problems);
    if (chart == "throughput") return report::throughput_figure(problems);
    if (chart == "distribution") return report::distribution_figure(problems);
    if (chart == "scatter") return report::scatter_figure(problems);
    return chart == "heatmap" ? report::heat_map_figure(problems) : report::forest_figure(problems);
  }

  report::Figure operator()(const model::ResultSet& results) const {
    throw BadInput(origin_ + ": results of " + results.tool + " have neither strategies nor sizes to draw --chart " +
                   options_.chart +
                   " of; see them with --report, or two of them with --compare BASE NEW --chart forest");
  }

  report::Figure operator()(const model::Profile& profile) const {
    return options_.chart == "flame" ? report::flame_figure(profile) : report::timeline_figure(profile);
  }

  report::Figure operator()(const ComparedResults& compared) const {
    if (options_.chart != "forest") {
      throw BadInput("--chart " + options_.chart + ": " + origin_ + " hold results; of two it compares profiles");
    }
    model::Comparison comparison = compared.comparison;
    keep_matching(comparison.benchmarks, options_.filter, [](const auto& benchmark) { return benchmark.name; });
    return report::forest_figure(comparison);
  }

  report::Figure operator()(const ComparedProfiles& compared) const {
    if (options_.chart == "flame") return report::flame_difference_figure(compared.base, compared.changed);
    throw BadInput("--chart " + options_.chart + ": " + origin_ + " are profiles; it compares results");
  }

  report::Figure operator()(const model::History& history) const {
    std::vector<model::HistorySeries> series = history.series;
    keep_matching(series, options_.filter, [](const model::HistorySeries& one) { return one.name; });
    return report::history_figure(series);
  }

 private:
  const ChartOptions& options_;
  const std::string& origin_;
};

void require_content(const Chart& chart, const Output& output, const std::string& origin,
                     const report::Figure& figure) {
  const bool is_drawn = output.is_picture() || output.form == "console";
  if (!figure.panels.empty() || (!is_drawn && !figure.table.rows.empty())) return;
  throw BadInput(origin + ": nothing to draw in --chart " + std::string(chart.name) + ", which needs " +
                 std::string(chart.needs));
}

unsigned width_of(const ChartOptions& options, std::uint64_t least, std::uint64_t most) {
  if (options.width.empty()) return 0;
  const std::uint64_t width = perfopt::parse_quantity(options.width, "--width").value;
  if (width < least || width > most) {
    throw BadInput("--width " + options.width + ": expected " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<unsigned>(width);
}

std::string drawn_text(const Options& options, const Output& output, const report::Figure& figure) {
  const cli::ColorMode mode = cli::parse_color(options.common.color);
  report::FigureTextOptions text;
  text.color = output.is_here() ? cli::use_color(mode, STDOUT_FILENO) : mode == cli::ColorMode::always;
  const unsigned asked = width_of(options.chart, 40, 1000);
  if (asked > 0) {
    text.width = asked;
  } else if (output.is_here()) {
    text.width = cli::terminal_width(STDOUT_FILENO);
  }
  return report::figure_text(figure, text);
}

std::string drawn_picture(const ChartOptions& options, const report::Figure& figure, bool is_png) {
  const unsigned width = width_of(options, kLeastPixels, kMostPixels);
  report::SvgOptions svg;
  svg.theme = options.theme == "dark" ? report::Theme::dark : report::Theme::light;
  svg.width = is_png ? (width + 1) / 2 : width;
  std::string text = report::figure_svg(figure, svg);
  if (!is_png) return text;
  return report::figure_png(text, width == 0 ? kPngScale : static_cast<double>(width) / svg.width);
}

std::string text_of(const Options& options, const Output& output, const report::Figure& figure) {
  if (output.is_picture()) return drawn_picture(options.chart, figure, output.form == "png");
  if (output.form == "html") return report::figure_page(figure);
  if (output.form == "markdown") return report::figure_markdown(figure);
  if (output.form == "csv") return report::figure_csv(figure);
  return output.form == "json" ? report::figure_json(figure) : drawn_text(options, output, figure);
}

}  // namespace

void add_chart_options(CLI::App& app, ChartOptions& options) {
  const std::string group = "One chart";
  std::string names;
  for (const std::string_view name : chart_names()) names += (names.empty() ? "" : "|") + std::string(name);
  cli::add_text_option(app, "--chart", options.chart, names,
                       "draw this one, of one --benchmark, --profiler, --history or --compare", group);
  cli::add_text_option(app, "--title", options.title, "TEXT", "its title", group);
  cli::add_text_option(app, "--width", options.width, "N", "pixels of svg and png, characters of a line of text",
                       group);
  cli::add_text_option(app, "--theme", options.theme, "light|dark", "colours of svg and png (light)", group);
  cli::add_text_option(app, "--filter", options.filter, "REGEX", "only problems or benchmarks whose name matches",
                       group);
  cli::add_flag(app, "--log", options.is_log, "logarithmic axes for values", group);
}

int show_chart(const Options& options) {
  const Chart& chart = chart_of(options.chart.chart);
  if (!options.chart.theme.empty()) cli::require_choice("--theme", options.chart.theme, {"light", "dark"});
  refuse_page(options);
  require_one_input(options, chart);
  const Output output = output_of(options);
  require_use(options, chart, output);
  require_place(options, output);
  const Document document = std::move(read_documents(options).front());
  report::Figure figure = std::visit(FigureOf(options.chart, document.origin), document.content);
  require_content(chart, output, document.origin, figure);
  if (!options.chart.title.empty()) figure.title = options.chart.title;
  if (options.chart.is_log) report::use_log_axes(figure);
  return deliver(options, output, text_of(options, output, figure));
}

}  // namespace perfviz
