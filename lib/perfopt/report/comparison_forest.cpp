// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/comparison_forest.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

using model::Change;
using model::ComparedBenchmark;

constexpr double kWidth = 860;
constexpr double kNamesTo = 310;   // right end of the names
constexpr double kAxisFrom = 322;  // of the plot
constexpr double kAxisTo = 750;
constexpr double kRow = 24;
constexpr double kTop = 12;
constexpr double kLeastReach = 0.02;  // logarithm: the axis never shows less than this to either side
constexpr double kMostReach = 3.0;    // nor more: a factor of 20
constexpr std::size_t kNameCharacters = 42;

bool is_drawn(const ComparedBenchmark& benchmark) {
  return benchmark.ratio && std::isfinite(benchmark.ratio->estimate) && benchmark.ratio->estimate > 0;
}

bool has_interval(const model::Interval& ratio) {
  return std::isfinite(ratio.low) && std::isfinite(ratio.high) && ratio.low > 0 && ratio.low <= ratio.high;
}

// The same scale to both sides of 1.
class Axis {
 public:
  explicit Axis(const BenchmarkList& drawn) {
    for (const ComparedBenchmark* benchmark : drawn) {
      const model::Interval& ratio = *benchmark->ratio;
      include(ratio.estimate);
      if (!has_interval(ratio)) continue;
      include(ratio.low);
      include(ratio.high);
    }
    reach_ = std::min(reach_ * 1.08, kMostReach);
  }

  [[nodiscard]] bool holds(double ratio) const { return std::abs(std::log(ratio)) <= reach_; }
  [[nodiscard]] double at(double ratio) const {
    const double share = std::clamp(std::log(ratio) / reach_, -1.0, 1.0);
    return (kAxisFrom + kAxisTo) / 2 + share * (kAxisTo - kAxisFrom) / 2;
  }

 private:
  void include(double ratio) { reach_ = std::max(reach_, std::abs(std::log(ratio))); }

  double reach_ = kLeastReach;
};

std::string line(std::string_view css, double x1, double y1, double x2, double y2, std::string_view rest) {
  return "<line class=\"" + std::string(css) + "\" x1=\"" + svg_number(x1) + "\" y1=\"" + svg_number(y1) + "\" x2=\"" +
         svg_number(x2) + "\" y2=\"" + svg_number(y2) + "\" " + std::string(rest) + "/>\n";
}

std::string text(double x, double y, std::string_view anchor, const std::string& html) {
  return "<text class=\"text\" fill=\"#1f2328\" x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) +
         "\" text-anchor=\"" + std::string(anchor) + "\">" + html + "</text>\n";
}

struct Look {
  std::string_view css;
  std::string_view color;
};

Look look_of(Change verdict) {
  if (verdict == Change::slower) return {"slower", "#a33b00"};
  return verdict == Change::faster ? Look{"faster", "#00558a"} : Look{"open", "#59636e"};
}

std::string marker(const Look& look, Change verdict, double x, double y) {
  std::string path = "M" + svg_number(x - 6) + " " + svg_number(y - 5) + "h12v10h-12Z";
  if (verdict == Change::slower) path = "M" + svg_number(x) + " " + svg_number(y - 6) + "l7 11h-14Z";
  if (verdict == Change::faster) path = "M" + svg_number(x) + " " + svg_number(y + 6) + "l7 -11h-14Z";
  return "<path class=\"" + std::string(look.css) + "\" fill=\"" + std::string(look.color) + "\" d=\"" + path +
         "\"/>\n";
}

// Where an interval goes on beyond the axis.
std::string arrow(const Look& look, double x, double y, double direction) {
  return "<path class=\"" + std::string(look.css) + "\" fill=\"" + std::string(look.color) + "\" d=\"M" +
         svg_number(x + 7 * direction) + " " + svg_number(y) + "L" + svg_number(x) + " " + svg_number(y - 4) +
         "v8Z\"/>\n";
}

std::string interval(const Axis& axis, const Look& look, const model::Interval& ratio, double y) {
  if (!has_interval(ratio)) return "";
  const std::string stroke = "stroke=\"" + std::string(look.color) + "\" stroke-width=\"2\"";
  std::string out = line(look.css, axis.at(ratio.low), y, axis.at(ratio.high), y, stroke);
  if (!axis.holds(ratio.low)) out += arrow(look, axis.at(ratio.low), y, -1);
  if (!axis.holds(ratio.high)) out += arrow(look, axis.at(ratio.high), y, 1);
  return out;
}

std::string row(const Axis& axis, const ComparedBenchmark& benchmark, double y) {
  const Look look = look_of(benchmark.verdict);
  const std::string change = change_of(benchmark);
  return "<g><title>" + html_text(name_of(benchmark)) + ": " + std::string(change_name(benchmark.verdict)) + ", " +
         change + ", 95 % interval " + html_text(interval_of(benchmark)) + "</title>\n" +
         text(kNamesTo, y + 4, "end", html_text(name_of(benchmark), kNameCharacters)) +
         interval(axis, look, *benchmark.ratio, y) +
         marker(look, benchmark.verdict, axis.at(benchmark.ratio->estimate), y) +
         text(kWidth - 4, y + 4, "end", change) + "</g>\n";
}

// Labels that do not touch, of round changes.
std::string ticks(const Axis& axis, double bottom) {
  constexpr std::array<double, 21> kRatios{1,   0.5, 2,   0.1,  10,   0.2,  5,    0.75, 1.5,  0.25, 4,
                                           0.9, 1.1, 0.8, 1.25, 0.95, 1.05, 0.98, 1.02, 0.99, 1.01};
  constexpr double kApart = 62;
  std::vector<double> placed;
  std::string out;
  for (const double ratio : kRatios) {
    const double x = axis.at(ratio);
    const bool clear = std::ranges::all_of(placed, [&](double other) { return std::abs(other - x) >= kApart; });
    if (!axis.holds(ratio) || !clear) continue;
    placed.push_back(x);
    out += ratio == 1 ? line("axis", x, kTop, x, bottom, "stroke=\"#1f2328\"")
                      : line("grid", x, kTop, x, bottom, "stroke=\"#e4e8ec\"");
    out += text(x, bottom + 17, "middle", ratio == 1 ? "no change" : format_change(ratio));
  }
  return out;
}

std::string margin_band(const Axis& axis, const BenchmarkList& drawn, double bottom) {
  const double margin = drawn.front()->margin;
  const bool common = std::ranges::all_of(drawn, [&](const auto* benchmark) { return benchmark->margin == margin; });
  if (!common || !std::isfinite(margin) || margin <= 0 || margin >= 1) return "";
  const double from = axis.at(1 - margin);
  return "<rect class=\"margin\" fill=\"#eceff2\" x=\"" + svg_number(from) + "\" y=\"" + svg_number(kTop) +
         "\" width=\"" + svg_number(axis.at(1 + margin) - from) + "\" height=\"" + svg_number(bottom - kTop) + "\"/>\n";
}

}  // namespace

Forest comparison_forest(const BenchmarkList& benchmarks, const IdPrefix& prefix) {
  BenchmarkList drawn;
  std::ranges::copy_if(benchmarks, std::back_inserter(drawn), [](const auto* one) { return is_drawn(*one); });
  if (drawn.empty()) return {};
  Forest forest;
  forest.left_out = drawn.size() > kMostForestRows ? drawn.size() - kMostForestRows : 0;
  drawn.resize(drawn.size() - forest.left_out);
  forest.rows = drawn.size();
  const Axis axis(drawn);
  const double bottom = kTop + kRow * static_cast<double>(drawn.size());
  std::string body = margin_band(axis, drawn, bottom) + ticks(axis, bottom);
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    body += row(axis, *drawn[i], kTop + kRow * (static_cast<double>(i) + 0.5));
  }
  const std::string id = prefix + "forest-title";
  forest.svg = "<svg class=\"forest\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + svg_number(kWidth) + " " +
               svg_number(bottom + 28) + "\" role=\"img\" aria-labelledby=\"" + id +
               "\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title id=\"" + id + "\">Changes of " +
               plural(drawn.size(), "benchmark", "benchmarks") + " with their 95 % intervals</title>\n" + body +
               "</svg>\n";
  return forest;
}

}  // namespace perfopt::report
