// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_drawing.hpp"

#include <algorithm>
#include <functional>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

constexpr double kWidth = 1200;
constexpr double kRow = 18;
constexpr double kCharacter = 6.7;  // width of one of the fixed-width font at 11 px
constexpr double kPadding = 6;
constexpr std::size_t kLeastText = 3;  // characters worth writing
constexpr std::size_t kLiveRows = 24;  // that a deep live graph has in sight at least, where the window has room

// Levels of what weighs anything.
std::size_t levels_of(const std::vector<FlameShape>& shapes) {
  std::vector<std::uint32_t> depth(shapes.size(), 0);
  std::uint32_t deepest = 0;
  for (std::size_t i = 1; i < shapes.size(); ++i) {
    depth[i] = depth[shapes[i].parent] + 1;
    if (shapes[i].total > 0) deepest = std::max(deepest, depth[i]);
  }
  return deepest + std::size_t{1};
}

class Drawing {
 public:
  Drawing(const std::vector<FlameShape>& shapes, const std::function<FlameBox(std::uint32_t)>& box_of)
      : shapes_(shapes), box_of_(box_of) {}

  FlameGraph draw(const std::string& label) const {
    FlameGraph graph;
    const FlameLayout layout = flame_layout(shapes_);
    if (layout.boxes.empty()) return graph;
    std::string boxes;
    std::uint32_t deepest = 0;
    for (const FlamePlace& place : layout.boxes) {
      boxes += box(place);
      deepest = std::max(deepest, place.level);
    }
    graph.boxes = layout.boxes.size();
    graph.left_out = layout.left_out;
    graph.rows = std::max(std::min(levels_of(shapes_), kLiveRows), deepest + std::size_t{1});
    graph.svg = "<svg class=\"flame\" viewBox=\"0 0 " + svg_number(kWidth) + " " +
                svg_number(kRow * static_cast<double>(deepest + 1)) + "\" role=\"img\" aria-label=\"" + label +
                "\">\n" + boxes + "</svg>";
    return graph;
  }

 private:
  [[nodiscard]] double x_of(std::uint64_t value) const {
    return kWidth * static_cast<double>(value) / static_cast<double>(shapes_.front().total);
  }

  [[nodiscard]] static std::string label(const FlameBox& shown, double width, const std::string& times) {
    const auto letters = static_cast<std::size_t>(std::max(0.0, (width - kPadding) / kCharacter));
    return letters < kLeastText ? "" : short_label(shown.sign, *shown.name, times, letters);
  }

  [[nodiscard]] std::string box(const FlamePlace& place) const {
    const FlameBox shown = box_of_(place.node);
    const double x = x_of(place.left);
    const double y = kRow * static_cast<double>(place.level);
    const double width = x_of(shapes_[place.node].total);
    const std::string times = place.times();
    std::string out = "<g class=\"" + shown.style + "\"><title>" + shown.tooltip +
                      (times.empty() ? "" : "\ncalls itself:" + times) + "</title><rect x=\"" + svg_number(x) +
                      "\" y=\"" + svg_number(y) + "\" width=\"" + svg_number(width) + "\" height=\"17\"/>";
    const std::string text = label(shown, width, times);
    if (!text.empty()) {
      out += "<text x=\"" + svg_number(x + kPadding / 2) + "\" y=\"" + svg_number(y + 12.5) + "\">" + html_text(text) +
             "</text>";
    }
    return out + "</g>\n";
  }

  const std::vector<FlameShape>& shapes_;
  const std::function<FlameBox(std::uint32_t)>& box_of_;
};

}  // namespace

FlameGraph draw_flame(const std::vector<FlameShape>& shapes, const std::string& label,
                      const std::function<FlameBox(std::uint32_t)>& box_of) {
  return Drawing(shapes, box_of).draw(label);
}

std::string flame_figure_html(const FlameGraph& graph, const std::string& island, const std::string& label,
                              const std::string& caption) {
  return "<figure data-flame=\"" + island +
         "\">\n<div class=\"scroll wide\" tabindex=\"0\" role=\"group\" aria-label=\"" + label +
         ", scrolls sideways\">\n" + graph.svg + "\n</div>\n<svg class=\"rows\" viewBox=\"0 0 1 " +
         svg_number(kRow * static_cast<double>(graph.rows)) + "\" aria-hidden=\"true\"></svg>\n<figcaption>" + caption +
         "</figcaption>\n</figure>";
}

}  // namespace perfopt::report
