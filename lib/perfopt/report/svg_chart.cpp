// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/svg_chart.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <ranges>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"

namespace perfopt::report {
namespace {

constexpr double kLeft = 66;
constexpr double kRight = 136;
constexpr double kBottom = 44;
constexpr double kLineHeight = 15;
constexpr double kCharacter = 7.4;  // width of one at 13 px, generous
constexpr std::size_t kLabelLength = 16;
constexpr std::array<const char*, 8> kColors{"#6B7280", "#0072B2", "#D55E00", "#009E73",
                                             "#CC79A7", "#E69F00", "#56B4E9", "#8C6D00"};
constexpr const char* kText = "#1F2328";
constexpr const char* kGrid = "#D8DEE4";

using Text = std::string;

bool drawable(double value) {
  return std::isfinite(value) && value > 0;
}
bool drawable(const ChartPoint& point) {
  return drawable(point.x) && drawable(point.y);
}
bool has_interval(const ChartPoint& point) {
  return drawable(point.low) && drawable(point.high);
}

Text attribute(std::string_view name, double value) {
  return " " + Text(name) + "=\"" + svg_number(value) + "\"";
}
Text style_class(unsigned style) {
  return "s" + std::to_string(style % kColors.size());
}
const char* color_of(unsigned style) {
  return kColors[style % kColors.size()];
}

Text text_at(double x, double y, std::string_view anchor, std::string_view content) {
  return "<text class=\"text\" fill=\"" + Text(kText) + "\" text-anchor=\"" + Text(anchor) + "\"" + attribute("x", x) +
         attribute("y", y) + ">" + html_text(content, kNameLength) + "</text>\n";
}

Text line_from(std::string_view css, std::string_view color, double x1, double y1, double x2, double y2,
               std::string_view more = "") {
  return "<line class=\"" + Text(css) + "\" stroke=\"" + Text(color) + "\"" + attribute("x1", x1) +
         attribute("y1", y1) + attribute("x2", x2) + attribute("y2", y2) + Text(more) + "/>\n";
}

// Positions on one logarithmic axis.
struct Scale {
  double low, high;  // of the data
  double from, to;   // in the view box
  [[nodiscard]] double at(double value) const {
    return from + (to - from) * (std::log(value) - std::log(low)) / (std::log(high) - std::log(low));
  }
};

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  void include(double value) {
    if (!drawable(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  // With room beside the outermost points; at least a factor of `least` in all.
  void widen(double least) {
    const double missing = std::max(1.0, least / (high / low));
    const double room = std::sqrt(missing) * std::pow(high / low, 0.04);
    low /= room;
    high *= room;
  }
};

struct Label {
  double y;       // where the line ends
  double x;       // likewise
  double placed;  // where the label stands
  Text text;
  std::optional<unsigned> style;  // none: the reference
};

// Moves labels apart, in their order, and keeps them between top and bottom.
void spread(std::vector<Label>& labels, double top, double bottom) {
  std::ranges::stable_sort(labels, {}, &Label::y);
  if (labels.empty()) return;
  const auto count = static_cast<double>(labels.size());
  const double gap = std::min(kLineHeight, (bottom - top) / count);
  double next = top;
  for (Label& label : labels) {
    label.placed = std::max(label.y, next);
    next = label.placed + gap;
  }
  double limit = bottom;
  for (Label& label : labels | std::views::reverse) {
    label.placed = std::min(label.placed, limit);
    limit = label.placed - gap;
  }
}

class Drawing {
 public:
  explicit Drawing(const Chart& chart) : chart_(chart) {}

  Text svg() {
    if (!measure()) return "";
    Text body = axes() + marks();
    for (const ChartLine& line : chart_.lines) body += draw(line);
    return "<svg class=\"chart\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + svg_number(chart_.width) + " " +
           svg_number(chart_.height) + "\" role=\"img\" aria-labelledby=\"" + chart_.id + "-t " + chart_.id +
           "-d\" font-family=\"system-ui, sans-serif\" font-size=\"13\">\n<title id=\"" + chart_.id + "-t\">" +
           html_text(chart_.title) + "</title>\n<desc id=\"" + chart_.id + "-d\">" +
           html_text(chart_.description, 2000) + "</desc>\n" + body + labels() + "</svg>\n";
  }

 private:
  bool measure() {
    Range x;
    Range y;
    for (const ChartLine& line : chart_.lines) {
      for (const ChartPoint& point : line.points) {
        if (!drawable(point)) continue;
        x.include(point.x);
        for (const double value : {point.y, point.low, point.high}) y.include(value);
      }
    }
    if (x.high == 0) return false;
    if (!chart_.reference_label.empty()) y.include(1);
    for (const ChartMark& mark : chart_.marks) x.include(mark.x);
    x.widen(4);
    y.widen(4);
    place_marks({x.low, x.high, kLeft, chart_.width - kRight});
    x_ = {x.low, x.high, kLeft, chart_.width - kRight};
    y_ = {y.low, y.high, chart_.height - kBottom, top_};
    return true;
  }

  // Rows of mark labels above the plot, as few as keep them from overlapping.
  void place_marks(const Scale& x) {
    std::vector<double> ends;
    for (const ChartMark& mark : chart_.marks) {
      if (!drawable(mark.x)) continue;
      const double width =
          kCharacter * static_cast<double>(std::min(character_count(mark.label), kLabelLength * 2)) + 8;
      const double middle = std::clamp(x.at(mark.x), width / 2, chart_.width - width / 2);
      std::size_t row = 0;
      while (row < ends.size() && ends[row] > middle - width / 2) ++row;
      if (row == ends.size()) ends.push_back(0);
      ends[row] = middle + width / 2;
      placed_.push_back({mark.x, middle, row, printable(mark.label, kLabelLength * 2)});
    }
    top_ = 10 + kLineHeight * static_cast<double>(ends.size());
  }

  Text axes() const {
    Text out;
    for (const double tick : log_ticks(y_.low, y_.high, 7)) {
      const double y = y_.at(tick);
      out += line_from("grid", kGrid, x_.from, y, x_.to, y) + text_at(x_.from - 6, y + 4, "end", chart_.y.format(tick));
    }
    for (const double tick : log_ticks(x_.low, x_.high, 6)) {
      const double x = x_.at(tick);
      out += line_from("grid", kGrid, x, y_.from, x, y_.to) + text_at(x, y_.from + 16, "middle", chart_.x.format(tick));
    }
    out += line_from("axis", kText, x_.from, y_.from, x_.to, y_.from);
    out += text_at((x_.from + x_.to) / 2, chart_.height - 8, "middle", chart_.x.title);
    out += "<text class=\"text\" fill=\"" + Text(kText) + "\" text-anchor=\"middle\" transform=\"translate(13 " +
           svg_number((y_.from + y_.to) / 2) + ") rotate(-90)\">" + html_text(chart_.y.title, kNameLength) +
           "</text>\n";
    if (chart_.reference_label.empty()) return out;
    return out + line_from("axis", kText, x_.from, y_.at(1), x_.to, y_.at(1), " stroke-dasharray=\"6 3\"");
  }

  Text marks() const {
    Text out;
    for (const PlacedMark& mark : placed_) {
      const double y = 12 + kLineHeight * static_cast<double>(mark.row);
      out += line_from("mark", kText, x_.at(mark.x), y + 3, x_.at(mark.x), y_.from, " stroke-dasharray=\"2 3\"");
      out += text_at(mark.middle, y, "middle", mark.label);
    }
    return out;
  }

  Text draw(const ChartLine& line) {
    Text path;
    Text upper;
    Text lower;
    Text points;
    for (const ChartPoint& point : line.points) {
      if (!drawable(point)) continue;
      const double x = x_.at(point.x);
      path += (path.empty() ? "M" : " L") + position(x, point.y);
      points += svg_marker(line.style, x, y_.at(point.y));
      if (!has_interval(point)) continue;
      upper += (upper.empty() ? "M" : " L") + position(x, point.high);
      lower = " L" + position(x, point.low) + lower;
      points += line_from(style_class(line.style), color_of(line.style), x, y_.at(point.low), x, y_.at(point.high));
    }
    if (path.empty()) return "";
    add_label(line);
    const Text css = style_class(line.style);
    Text out = "<g><title>" + html_text(line.label, kNameLength) + "</title>\n";
    if (!upper.empty()) {
      out += "<path class=\"" + css + "\" stroke=\"none\" fill=\"" + color_of(line.style) +
             "\" fill-opacity=\"0.2\" d=\"" + upper + lower + " Z\"/>\n";
    }
    return out + "<path class=\"" + css + "\" fill=\"none\" stroke=\"" + color_of(line.style) +
           "\" stroke-width=\"2\"" + (line.dashed ? " stroke-dasharray=\"7 4\"" : "") + " d=\"" + path + "\"/>\n" +
           points + "</g>\n";
  }

  [[nodiscard]] Text position(double x, double y) const { return svg_number(x) + " " + svg_number(y_.at(y)); }

  void add_label(const ChartLine& line) {
    const auto last = std::find_if(line.points.rbegin(), line.points.rend(), [](const auto& p) { return drawable(p); });
    labels_.push_back({y_.at(last->y), x_.at(last->x), 0, line.label, line.style});
  }

  Text labels() {
    if (!chart_.reference_label.empty()) labels_.push_back({y_.at(1), x_.to, 0, chart_.reference_label, std::nullopt});
    spread(labels_, y_.to, y_.from);
    Text out;
    for (const Label& label : labels_) {
      const double x = x_.to + 14;
      out += line_from("mark", kText, label.x + 5, label.y, x - 6, label.placed, " stroke-opacity=\"0.35\"");
      out += label.style
                 ? svg_marker(*label.style, x, label.placed)
                 : line_from("axis", kText, x - 5, label.placed, x + 5, label.placed, " stroke-dasharray=\"4 2\"");
      out += text_at(x + 9, label.placed + 4, "start", printable(label.text, kLabelLength));
    }
    return out;
  }

  struct PlacedMark {
    double x;
    double middle;
    std::size_t row;
    Text label;
  };

  const Chart& chart_;
  Scale x_{};
  Scale y_{};
  double top_ = 0;
  std::vector<PlacedMark> placed_;
  std::vector<Label> labels_;
};

// A number of at most three significant digits without trailing zeros; whole from 1,000 on.
Text shortest(double value) {
  if (value >= 999.5 && value < 1e18) return format_count(static_cast<std::uint64_t>(std::llround(value)));
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return text.data();
}

template <std::size_t N>
Text with_unit(double value, const std::array<std::pair<double, const char*>, N>& units) {
  if (!std::isfinite(value)) return "-";
  const auto* best = units.data();
  for (const auto& unit : units) {
    if (value >= unit.first * 0.9999) best = &unit;
  }
  return shortest(value / best->first) + best->second;
}

}  // namespace

std::string svg_chart(const Chart& chart) {
  return Drawing(chart).svg();
}

std::vector<double> log_ticks(double low, double high, std::size_t most) {
  struct Steps {
    std::vector<int> multiples;
    int decades;
  };
  const std::array<Steps, 6> finest_first{
      {{{1, 2, 3, 4, 5, 6, 7, 8, 9}, 1}, {{1, 2, 5}, 1}, {{1}, 1}, {{1}, 2}, {{1}, 3}, {{1}, 6}}};
  if (!drawable(low) || !drawable(high)) return {};
  const int first = static_cast<int>(std::floor(std::log10(low)));
  const int last = static_cast<int>(std::ceil(std::log10(high)));
  std::vector<double> ticks;
  for (const Steps& steps : finest_first) {
    ticks.clear();
    for (int decade = first; decade <= last; ++decade) {
      if (decade % steps.decades != 0) continue;
      for (const int multiple : steps.multiples) {
        const double tick = multiple * std::pow(10.0, decade);
        if (tick >= low * 0.9999 && tick <= high * 1.0001) ticks.push_back(tick);
      }
    }
    if (ticks.size() <= most) break;
  }
  return ticks;
}

std::string tick_count(double value) {
  return with_unit<5>(value, {{{1, ""}, {1e3, "K"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}}});
}
std::string tick_ratio(double value) {
  return std::isfinite(value) ? shortest(value) + "x" : "-";
}
std::string tick_duration_ns(double value) {
  return with_unit<4>(value, {{{1, " ns"}, {1e3, " us"}, {1e6, " ms"}, {1e9, " s"}}});
}

std::string svg_number(double value) {
  std::array<char, 64> text{};
  const double bounded = std::clamp(std::round(value * 10) / 10, -1e6, 1e6);
  const auto end = std::to_chars(text.data(), text.data() + text.size(), bounded, std::chars_format::fixed, 1).ptr;
  std::string number(text.data(), end);
  if (number.ends_with(".0")) number.resize(number.size() - 2);
  return number == "-0" ? "0" : number;
}

std::string svg_marker(unsigned style, double x, double y) {
  constexpr std::array<const char*, 8> kShapes{"m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",        // circle
                                               "m-3.5-3.5h7v7h-7z",                         // square
                                               "m0-4.5l4.5 8h-9z",                          // triangle
                                               "m0-5l4.5 5l-4.5 5l-4.5-5z",                 // diamond
                                               "m0 4.5l4.5-8h-9z",                          // triangle down
                                               "m-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",     // plus
                                               "m-4.5-4.5l9 0l-9 9l9 0z",                   // hourglass
                                               "m-2-4.5h4l2.5 4.5l-2.5 4.5h-4l-2.5-4.5z"};  // hexagon
  const std::size_t kind = style % kShapes.size();
  return "<path class=\"" + style_class(style) + "\" fill=\"" + color_of(style) + "\" d=\"M" + svg_number(x) + " " +
         svg_number(y) + kShapes[kind] + "\"/>\n";
}

}  // namespace perfopt::report
