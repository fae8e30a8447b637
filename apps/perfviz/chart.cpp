// SPDX-License-Identifier: Apache-2.0
#include "chart.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "documents.hpp"
#include "options.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/comparison_json.hpp"
#include "perfopt/model/document_schema.hpp"
#include "perfopt/model/profile_formats.hpp"
#include "perfopt/model/suite_json.hpp"
#include "perfopt/report/figure_builders.hpp"
#include "perfopt/report/figure_forms.hpp"
#include "perfopt/store/suite_file.hpp"

namespace perfviz {
namespace {

namespace cli = perfopt::cli;
namespace fs = std::filesystem;
namespace model = perfopt::model;
namespace report = perfopt::report;
using perfopt::BadInput;

constexpr double kPngScale = 2;
constexpr std::uint64_t kLeastPixels = 200;
constexpr std::uint64_t kMostPixels = 16'000;

const std::vector<std::string_view>& chart_names() {
  static const std::vector<std::string_view> kNames{"speedup", "scaling", "throughput", "distribution", "scatter",
                                                    "heatmap", "forest",  "flame",      "timeline",     "history"};
  return kNames;
}

// What --format and the endings of files are called here.
std::string plain_format(const std::string& name) {
  if (name == "markdown") return "md";
  if (name == "console" || name == "txt") return "term";
  return name == "htm" ? "html" : name;
}

std::string format_of(const cli::CommonOptions& common) {
  const std::vector<std::string_view> known{"svg", "png", "html", "md", "csv", "json", "term"};
  if (!common.format.empty()) {
    const std::string format = plain_format(common.format);
    cli::require_choice("--format", format, known);
    return format;
  }
  if (!cli::to_file(common.output)) return "term";
  std::string ending = fs::path(common.output).extension().string();
  ending = plain_format(ending.empty() ? "" : ending.substr(1));
  if (std::ranges::find(known, ending) == known.end()) {
    throw BadInput("--output " + common.output + ": its ending names no form; add --format svg, png, html, md, csv, " +
                   "json or term");
  }
  return ending;
}

std::string text_of(const std::string& path) {
  return perfopt::read_file(path == "-" ? "/dev/stdin" : path);
}

// What draws a chart is one of these.
struct Source {
  std::string_view flag;
  std::vector<std::string> paths;
};

std::string_view flag_of(std::string_view chart) {
  if (chart == "history") return "--history";
  return chart == "flame" || chart == "timeline" ? "--profiler" : "--benchmark";
}

// The path of what the chart is drawn of; "-" is standard input. Refuses what a chart has no use for.
std::string input_of(const Options& options) {
  const std::string start = "--chart " + options.chart.chart;
  const std::string_view flag = flag_of(options.chart.chart);
  const auto refuse_others = [&](std::string_view other) {
    throw BadInput(start + " is drawn of one " + std::string(flag) + " FILE; leave out " + std::string(other));
  };
  std::vector<std::string> history;
  if (!options.history.empty()) history.push_back(options.history);
  const std::array<Source, 3> sources{
      {{"--benchmark", options.benchmarks}, {"--profiler", options.profiles}, {"--history", history}}};
  const auto used = std::ranges::find(sources, flag, &Source::flag);
  if (used->paths.empty()) throw BadInput(start + " is drawn of " + std::string(flag) + " FILE; give one");
  if (used->paths.size() > 1) refuse_others("the other " + std::string(flag));
  for (const Source& source : sources) {
    if (source.flag != flag && !source.paths.empty()) refuse_others(source.flag);
  }
  if (!options.compared.empty()) refuse_others("--compare");
  if (options.summary) refuse_others("--summary");
  if (options.wants_report()) refuse_others("--report, and name a file with --output");
  if (!options.by.empty()) refuse_others("--by");
  return used->paths.front();
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

report::Figure suite_figure(const ChartOptions& options, const model::Suite& suite) {
  std::vector<report::ProblemView> problems = report::problems_of(suite);
  keep_matching(problems, options.filter, [](const report::ProblemView& problem) { return problem.id; });
  if (options.chart == "speedup") return report::speedup_figure(problems);
  if (options.chart == "scaling") return report::scaling_figure(suite, problems);
  if (options.chart == "throughput") return report::throughput_figure(problems);
  if (options.chart == "distribution") return report::distribution_figure(problems);
  if (options.chart == "scatter") return report::scatter_figure(problems);
  return options.chart == "heatmap" ? report::heat_map_figure(problems) : report::forest_figure(problems);
}

report::Figure figure_of(const ChartOptions& options, const std::string& path) {
  if (options.chart == "history") {
    std::vector<model::HistorySeries> series = read_history(path).series;
    keep_matching(series, options.filter, [](const model::HistorySeries& one) { return one.name; });
    return report::history_figure(series);
  }
  if (options.chart == "flame" || options.chart == "timeline") {
    const model::Profile profile = model::read_profile(text_of(path), origin_of(path));
    return options.chart == "flame" ? report::flame_figure(profile) : report::timeline_figure(profile);
  }
  if (options.chart == "forest" || path == "-") {
    const std::string text = text_of(path);
    if (options.chart == "forest" && model::schema_of(text) == model::Comparison::kSchema) {
      model::Comparison comparison = model::comparison_from_json(text, origin_of(path));
      keep_matching(comparison.benchmarks, options.filter, [](const auto& benchmark) { return benchmark.name; });
      return report::forest_figure(comparison);
    }
    return suite_figure(options, model::suite_from_json(text, origin_of(path)));
  }
  return suite_figure(options, perfopt::store::load_suite(path));
}

unsigned width_of(const ChartOptions& options, std::uint64_t least, std::uint64_t most) {
  if (options.width.empty()) return 0;
  const std::uint64_t width = perfopt::parse_quantity(options.width, "--width").value;
  if (width < least || width > most) {
    throw BadInput("--width " + options.width + ": expected " + std::to_string(least) + " to " + std::to_string(most));
  }
  return static_cast<unsigned>(width);
}

std::string drawn_text(const ChartOptions& options, const cli::CommonOptions& common, const report::Figure& figure) {
  const bool is_here = !cli::to_file(common.output);
  const cli::ColorMode mode = cli::parse_color(common.color);
  report::FigureTextOptions text;
  text.color = is_here ? cli::use_color(mode, STDOUT_FILENO) : mode == cli::ColorMode::always;
  const unsigned asked = width_of(options, 40, 1000);
  if (asked > 0) {
    text.width = asked;
  } else if (is_here) {
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

std::string form_of(const ChartOptions& options, const cli::CommonOptions& common, const report::Figure& figure,
                    const std::string& format) {
  if (format == "svg" || format == "png") return drawn_picture(options, figure, format == "png");
  if (format == "html") return report::figure_page(figure);
  if (format == "md") return report::figure_markdown(figure);
  if (format == "csv") return report::figure_csv(figure);
  return format == "json" ? report::figure_json(figure) : drawn_text(options, common, figure);
}

void require_place(const cli::CommonOptions& common, const std::string& input, const std::string& format) {
  if (!cli::to_file(common.output)) {
    if (format == "png" && cli::is_terminal(STDOUT_FILENO)) {
      throw BadInput("--format png is no text for a terminal; name a file with --output");
    }
    return;
  }
  require_other_file(input, common.output);
  perfopt::store::require_writable(common.output);
}

}  // namespace

void add_chart_options(CLI::App& app, ChartOptions& options) {
  const std::string group = "One chart";
  std::string names;
  for (const std::string_view name : chart_names()) names += (names.empty() ? "" : "|") + std::string(name);
  cli::add_text_option(app, "--chart", options.chart, names, "which chart to draw", group);
  cli::add_text_option(app, "--title", options.title, "TEXT", "its title", group);
  cli::add_text_option(app, "--width", options.width, "N", "pixels of a picture, characters of a line", group);
  cli::add_text_option(app, "--theme", options.theme, "light|dark", "colours of svg and png", group);
  cli::add_text_option(app, "--filter", options.filter, "REGEX", "only problems or benchmarks whose name matches",
                       group);
  cli::add_flag(app, "--log", options.is_log, "logarithmic axes for values", group);
}

int show_chart(const Options& all) {
  const ChartOptions& options = all.chart;
  const cli::CommonOptions& common = all.common;
  cli::require_choice("--chart", options.chart, chart_names());
  cli::require_choice("--theme", options.theme, {"light", "dark"});
  const std::string format = format_of(common);
  const std::string input = input_of(all);
  require_place(common, input, format);
  report::Figure figure = figure_of(options, input);
  if (!options.title.empty()) figure.title = options.title;
  if (options.is_log) report::use_log_axes(figure);
  const std::string text = form_of(options, common, figure, format);
  if (!cli::to_file(common.output)) {
    if (!common.dry_run) cli::write_output(text);
    return 0;
  }
  if (!common.dry_run) perfopt::write_atomically(common.output, text);
  if (!common.quiet) {
    cli::write_error(std::string("perfviz: ") + (common.dry_run ? "would write " : "wrote ") +
                     cli::one_line(common.output) + " (" + format + ", " +
                     perfopt::format_bytes(static_cast<double>(text.size())) + ")\n");
  }
  return 0;
}

}  // namespace perfviz
