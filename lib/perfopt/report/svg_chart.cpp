// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/svg_chart.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

constexpr SvgTheme kLight{
    .is_page = false,
    .back = "#FFFFFF",
    .text = "#1F2328",
    .grid = "#D8DEE4",
    .series = {"#6B7280", "#0072B2", "#D55E00", "#00805C", "#B65A8F", "#B07800", "#2B8FC7", "#8C6D00"},
    .tones = {"#FFFFFF", "#ECEFF2", "#D9EBF8", "#A9D2EF", "#63ACDF", "#2B8FC7", "#FBE6D6", "#F6C39B", "#E8894A",
              "#FDEBE0"},
};
constexpr SvgTheme kDark{
    .is_page = false,
    .back = "#0D1117",
    .text = "#E6EDF3",
    .grid = "#262C34",
    .series = {"#9AA6B2", "#56B4E9", "#FF8C42", "#2FC39A", "#E29CC4", "#F0B429", "#9AD4F5", "#C9B458"},
    .tones = {"#0D1117", "#22272E", "#12283A", "#173F5F", "#1C5D8F", "#2272AE", "#33211A", "#5A3018", "#8F4511",
              "#33190C"},
};

constexpr SvgTheme kPage{.is_page = true, .back = "", .text = "", .grid = "", .series = {}, .tones = {}};

struct Drawn {
  std::string_view css;         // in a page
  std::string_view attributes;  // in a document
};

struct DrawnShape {
  std::string_view css;
  bool is_filled;
  std::string_view attributes;
};

constexpr std::array<DrawnShape, 8> kShapes{{
    {"f", true, ""},
    {"b", true, " fill-opacity=\"0.2\""},
    {"l", false, " stroke-width=\"2\""},
    {"l d", false, " stroke-width=\"2\" stroke-dasharray=\"7 4\""},
    {"k", false, ""},
    {"o", false, " stroke-dasharray=\"3 2\""},
    {"q", false, " stroke-width=\"4\""},
    {"v", false, " stroke-opacity=\"0.55\""},
}};

constexpr std::array<Drawn, 10> kRules{{
    {"grid", ""},
    {"axis", ""},
    {"axis r1", " stroke-dasharray=\"6 3\""},
    {"axis r2", " stroke-dasharray=\"4 2\""},
    {"mark r3", " stroke-dasharray=\"2 3\""},
    {"mark r4", " stroke-opacity=\"0.35\""},
    {"mark r5", " stroke-opacity=\"0.6\" stroke-dasharray=\"1 4\""},
    {"mark r6", " stroke-width=\"1.5\""},
    {"mark r7", " stroke-width=\"2\""},
    {"mark r6", " stroke-width=\"1.5\""},
}};

std::string attribute(std::string_view name, double value) {
  return " " + std::string(name) + "=\"" + svg_number(value) + "\"";
}

}  // namespace

const SvgTheme& svg_theme(Theme theme) {
  if (theme == Theme::page) return kPage;
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

const MarkerShape& marker_shape(unsigned style) {
  static constexpr std::array<MarkerShape, kStyles> kMarkers{{
      {-4, 0, "a4 4 0 1 0 0-.1z"},                    // circle
      {-3.5, -3.5, "h7v7h-7z"},                       // square
      {0, -4.5, "l4.5 8h-9z"},                        // triangle
      {0, -5, "l4.5 5-4.5 5-4.5-5z"},                 // diamond
      {0, 4.5, "l4.5-8h-9z"},                         // triangle down
      {-1.5, -4.5, "h3v3h3v3h-3v3h-3v-3h-3v-3h3z"},   // plus
      {-4.5, -4.5, "h9l-9 9h9z"},                     // hourglass
      {-2, -4.5, "h4l2.5 4.5-2.5 4.5h-4l-2.5-4.5z"},  // hexagon
  }};
  return kMarkers[style % kStyles];
}

std::string marker_path(unsigned style, double x, double y) {
  SvgPath path;
  path.marker(style, x, y);
  return path.text();
}

std::string series_class(unsigned style) {
  return "s" + std::to_string(style % kStyles);
}

std::string_view tone_class(Tone tone) {
  constexpr std::array<std::string_view, 10> kClasses{"", "e0", "w1", "w2", "w3", "w4", "l1", "l2", "l3", "f0"};
  return kClasses[static_cast<std::size_t>(tone)];
}

// Letters need no tenths.
void SvgCanvas::text(double x, double y, Anchor anchor, std::string_view content) {
  texts_[static_cast<std::size_t>(anchor)] += "<text" + attribute("x", std::round(x)) + attribute("y", std::round(y)) +
                                              ">" + html_text(content, kReasonLength) + "</text>\n";
}

void SvgCanvas::upright_text(double x, double y, std::string_view content) {
  texts_[static_cast<std::size_t>(Anchor::middle)] += "<text transform=\"translate(" + svg_number(x) + " " +
                                                      svg_number(y) + ") rotate(-90)\">" +
                                                      html_text(content, kNameLength) + "</text>\n";
}

void SvgCanvas::line(Rule rule, double x1, double y1, double x2, double y2) {
  SvgPath& path = lines_[rule];
  path.move(x1, y1);
  path.line(x2, y2);
}

void SvgCanvas::shape(Shape shape, unsigned style, std::string_view path, std::string_view more) {
  const DrawnShape& drawn = kShapes[static_cast<std::size_t>(shape)];
  shapes_ += "<path class=\"";
  if (theme_.is_page) {
    shapes_ += std::string(drawn.css) + " " + series_class(style) + "\"";
  } else {
    shapes_ += series_class(style) + (drawn.is_filled ? "\" fill=\"" : "\" fill=\"none\" stroke=\"") +
               theme_.series[style % kStyles] + "\"" + std::string(drawn.attributes);
  }
  shapes_ += std::string(more) + " d=\"" + std::string(path) + "\"/>\n";
}

void SvgCanvas::box(unsigned style, double x, double y, double width, double height) {
  shape(Shape::filled, style, box_path(x, y, width, height));
}

void SvgCanvas::tile(Tone tone, double x, double y, double width, double height) {
  shapes_ += "<path class=\"" + std::string(tone_class(tone)) + "\"";
  if (!theme_.is_page) shapes_ += " fill=\"" + std::string(theme_.tones[static_cast<std::size_t>(tone)]) + "\"";
  shapes_ += " d=\"" + box_path(x, y, width, height) + "\"/>\n";
}

std::string SvgCanvas::body() const {
  std::string below;
  std::string above;
  for (const auto& [rule, path] : lines_) {
    const Drawn& drawn = kRules[static_cast<std::size_t>(rule)];
    std::string line = "<path";
    if (theme_.is_page) {
      line += " class=\"" + std::string(drawn.css) + "\"";
    } else {
      line += " fill=\"none\" stroke=\"" + std::string(rule == Rule::grid ? theme_.grid : theme_.text) + "\"" +
              std::string(drawn.attributes);
    }
    (rule == Rule::grid ? below : above) += line + " d=\"" + path.text() + "\"/>\n";
  }
  std::string words = texts_[0];
  if (!texts_[1].empty()) words += "<g text-anchor=\"middle\">\n" + texts_[1] + "</g>\n";
  if (!texts_[2].empty()) words += "<g text-anchor=\"end\">\n" + texts_[2] + "</g>\n";
  if (!theme_.is_page) words = "<g fill=\"" + std::string(theme_.text) + "\">\n" + words + "</g>\n";
  return below + shapes_ + above + words;
}

std::string box_path(double x, double y, double width, double height) {
  const double right = x + std::max(width, 0.0);
  SvgPath path;
  path.move(x, y);
  path.line(right, y);
  path.line(right, y + height);
  path.line(x, y + height);
  path.close();
  return path.text();
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
