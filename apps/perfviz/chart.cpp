// SPDX-License-Identifier: Apache-2.0
#include "chart.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

#include "documents.hpp"
#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/error.hpp"
#include "perfopt/core/file.hpp"
#include "perfopt/core/pattern.hpp"
#include "perfopt/core/units.hpp"
#include "perfopt/model/comparison_json.hpp"
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

std::string origin_of(const std::string& path) {
  return path == "-" ? "standard input" : path;
}

void require_input(const std::string& path, const ChartOptions& options, const std::string& flag) {
  if (path.empty()) throw BadInput("--chart " + options.chart + " is drawn of " + flag + " FILE; give one");
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

// Documents name their schema first.
bool is_comparison(std::string_view text) {
  return text.substr(0, 200).find("\"perfopt.comparison\"") != std::string_view::npos;
}

report::Figure figure_of(const ChartOptions& options, const ChartInputs& inputs) {
  if (options.chart == "history") {
    require_input(inputs.history, options, "--history");
    std::vector<model::HistorySeries> series = read_history(inputs.history).series;
    keep_matching(series, options.filter, [](const model::HistorySeries& one) { return one.name; });
    return report::history_figure(series);
  }
  if (options.chart == "flame" || options.chart == "timeline") {
    require_input(inputs.profiler, options, "--profiler");
    const std::string& path = inputs.profiler;
    const model::Profile profile = model::read_profile(text_of(path), origin_of(path));
    return options.chart == "flame" ? report::flame_figure(profile) : report::timeline_figure(profile);
  }
  require_input(inputs.benchmark, options, "--benchmark");
  const std::string& path = inputs.benchmark;
  if (options.chart == "forest" || path == "-") {
    const std::string text = text_of(path);
    if (options.chart == "forest" && is_comparison(text)) {
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

void require_other_file(const fs::path& input, const fs::path& output) {
  std::error_code ignored;
  if (!input.empty() && fs::equivalent(input, output, ignored)) {
    throw BadInput("--output " + output.string() + " is the input itself; name another file");
  }
}

void require_place(const cli::CommonOptions& common, const std::array<std::string, 3>& inputs,
                   const std::string& format) {
  if (!cli::to_file(common.output)) {
    if (format == "png" && cli::is_terminal(STDOUT_FILENO)) {
      throw BadInput("--format png is no text for a terminal; name a file with --output");
    }
    return;
  }
  for (const std::string& input : inputs) require_other_file(input, common.output);
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

int show_chart(const ChartOptions& options, const cli::CommonOptions& common, const ChartInputs& inputs) {
  cli::require_choice("--chart", options.chart, chart_names());
  cli::require_choice("--theme", options.theme, {"light", "dark"});
  const std::string format = format_of(common);
  require_place(common, {inputs.benchmark, inputs.profiler, inputs.history}, format);
  report::Figure figure = figure_of(options, inputs);
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
