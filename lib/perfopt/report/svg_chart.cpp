// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/svg_chart.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

constexpr SvgTheme kLight{
    .back = "#FFFFFF",
    .text = "#1F2328",
    .grid = "#D8DEE4",
    .series = {"#6B7280", "#0072B2", "#D55E00", "#00805C", "#B65A8F", "#B07800", "#2B8FC7", "#8C6D00"},
    .tones = {"#FFFFFF", "#ECEFF2", "#D9EBF8", "#A9D2EF", "#63ACDF", "#2B8FC7", "#FBE6D6", "#F6C39B", "#E8894A",
              "#FDEBE0"},
};
constexpr SvgTheme kDark{
    .back = "#0D1117",
    .text = "#E6EDF3",
    .grid = "#262C34",
    .series = {"#9AA6B2", "#56B4E9", "#FF8C42", "#2FC39A", "#E29CC4", "#F0B429", "#9AD4F5", "#C9B458"},
    .tones = {"#0D1117", "#22272E", "#12283A", "#173F5F", "#1C5D8F", "#2272AE", "#33211A", "#5A3018", "#8F4511",
              "#33190C"},
};

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

std::string_view anchor_attribute(Anchor anchor) {
  if (anchor == Anchor::start) return "";
  return anchor == Anchor::middle ? " text-anchor=\"middle\"" : " text-anchor=\"end\"";
}

}  // namespace

const SvgTheme& svg_theme(Theme theme) {
  return theme == Theme::light ? kLight : kDark;
}

std::string svg_number(double value) {
  std::array<char, 64> text{};
  const double bounded = std::isnan(value) ? 0 : std::clamp(std::round(value * 10) / 10, -1e6, 1e6);
  const auto end = std::to_chars(text.data(), text.data() + text.size(), bounded, std::chars_format::fixed, 1).ptr;
  std::string number(text.data(), end);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return number == "-0" ? "0" : number;
}

std::string marker_path(unsigned style, double x, double y) {
  constexpr std::array<const char*, kStyles> kShapes{"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",        // circle
                                                     "m-3.5-3.5h7v7h-7z",                         // square
                                                     "m0-4.5l4.5 8h-9z",                          // triangle
                                                     "m0-5l4.5 5l-4.5 5l-4.5-5z",                 // diamond
                                                     "m0 4.5l4.5-8h-9z",                          // triangle down
                                                     "m-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",     // plus
                                                     "m-4.5-4.5l9 0l-9 9l9 0z",                   // hourglass
                                                     "m-2-4.5h4l2.5 4.5l-2.5 4.5h-4l-2.5-4.5z"};  // hexagon
  return "M" + svg_number(x) + " " + svg_number(y) + kShapes[style % kStyles];
}

std::string series_class(unsigned style) {
  return "s" + std::to_string(style % kStyles);
}

std::string_view tone_class(Tone tone) {
  constexpr std::array<std::string_view, 10> kClasses{"", "e0", "w1", "w2", "w3", "w4", "l1", "l2", "l3", "f0"};
  return kClasses[static_cast<std::size_t>(tone)];
}

void SvgCanvas::text(double x, double y, Anchor anchor, std::string_view content) {
  texts_ += "<text" + std::string(anchor_attribute(anchor)) + attribute("x", x) + attribute("y", y) + ">" +
            html_text(content, kReasonLength) + "</text>\n";
}

void SvgCanvas::upright_text(double x, double y, std::string_view content) {
  texts_ += "<text text-anchor=\"middle\" transform=\"translate(" + svg_number(x) + " " + svg_number(y) +
            ") rotate(-90)\">" + html_text(content, kNameLength) + "</text>\n";
}

void SvgCanvas::line(std::string_view css, double x1, double y1, double x2, double y2, std::string_view more) {
  lines_[{std::string(css), std::string(more)}] +=
      "M" + svg_number(x1) + " " + svg_number(y1) + "L" + svg_number(x2) + " " + svg_number(y2);
}

void SvgCanvas::series_line(unsigned style, double x1, double y1, double x2, double y2, std::string_view more) {
  stroked(style, "M" + svg_number(x1) + " " + svg_number(y1) + "L" + svg_number(x2) + " " + svg_number(y2), more);
}

void SvgCanvas::filled(unsigned style, std::string_view path, std::string_view more) {
  shapes_ += "<path class=\"" + series_class(style) + "\" fill=\"" + theme_.series[style % kStyles] + "\"" +
             std::string(more) + " d=\"" + std::string(path) + "\"/>\n";
}

void SvgCanvas::stroked(unsigned style, std::string_view path, std::string_view more) {
  shapes_ += "<path class=\"" + series_class(style) + "\" fill=\"none\" stroke=\"" + theme_.series[style % kStyles] +
             "\"" + std::string(more) + " d=\"" + std::string(path) + "\"/>\n";
}

void SvgCanvas::rectangle(std::string_view css, std::string_view color, double x, double y, double width,
                          double height) {
  shapes_ += "<rect" + (css.empty() ? "" : " class=\"" + std::string(css) + "\"") + " fill=\"" + std::string(color) +
             "\"" + attribute("x", x) + attribute("y", y) + attribute("width", std::max(width, 0.0)) +
             attribute("height", height) + "/>\n";
}

std::string SvgCanvas::body() const {
  std::string below;
  std::string above;
  for (const auto& [kind, path] : lines_) {
    const auto& [css, more] = kind;
    const bool is_grid = css == "grid";
    (is_grid ? below : above) += "<path class=\"" + css + "\" fill=\"none\" stroke=\"" +
                                 (is_grid ? theme_.grid : theme_.text) + "\"" + more + " d=\"" + path + "\"/>\n";
  }
  return below + shapes_ + above + "<g class=\"text\" fill=\"" + theme_.text + "\">\n" + texts_ + "</g>\n";
}

bool SvgScale::can_place(double value) const {
  return std::isfinite(value) && (!is_log || value > 0);
}

double SvgScale::at(double value) const {
  if (!is_log) return from + (to - from) * (value - low) / (high - low);
  return from + (to - from) * (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
}

bool SvgRange::takes(double value) const {
  return std::isfinite(value) && (!is_log || value > 0);
}

void SvgRange::include(double value) {
  if (!takes(value)) return;
  low = std::min(low, value);
  high = std::max(high, value);
}

void SvgRange::widen() {
  if (is_log) {
    constexpr double kLeast = 4;
    const double room = std::sqrt(std::max(1.0, kLeast / (high / low))) * std::pow(high / low, 0.04);
    low = std::max(low / room, std::numeric_limits<double>::min());
    high = std::min(high * room, std::numeric_limits<double>::max() / 4);
    return;
  }
  if (low >= 0) {
    low = 0;
    high = high > 0 ? high * 1.06 : 1;
    return;
  }
  const double room = high > low ? (high - low) * 0.06 : std::max(1.0, std::abs(high));
  low -= room;
  high += room;
}

}  // namespace perfopt::report
