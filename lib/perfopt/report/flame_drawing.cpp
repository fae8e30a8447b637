// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_drawing.hpp"

#include <algorithm>
#include <functional>

#include "perfopt/core/units.hpp"
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
constexpr double kLeastShare = 0.001;
constexpr double kWorthALevel = 0.05;  // of the width

class Drawing {
 public:
  Drawing(const std::vector<FlameShape>& shapes, const std::function<FlameBox(std::uint32_t)>& box_of)
      : shapes_(shapes), box_of_(box_of) {}

  FlameGraph draw(const std::string& label) {
    FlameGraph graph;
    if (shapes_.size() < 2 || shapes_.front().total == 0) return graph;
    place();
    choose();
    std::string boxes;
    std::uint32_t deepest = 0;
    for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
      if (again_[i]) continue;
      if (shapes_[i].total < least_ || depth_[i] > bottom_) {
        ++graph.left_out;
        continue;
      }
      boxes += box(i);
      deepest = std::max(deepest, depth_[i]);
      ++graph.boxes;
    }
    graph.svg = "<svg class=\"flame\" viewBox=\"0 0 " + svg_number(kWidth) + " " +
                svg_number(kRow * static_cast<double>(deepest + 1)) + "\" role=\"img\" aria-label=\"" + label +
                "\">\n" + boxes + "</svg>";
    return graph;
  }

 private:
  // Parents stand before their children, so that one pass gives each its level and its left edge.
  void place() {
    const std::size_t size = shapes_.size();
    depth_.resize(size, 0);
    left_.resize(size, 0);
    again_.resize(size, false);
    calls_.resize(size, 1);
    std::vector<std::uint64_t> used(size, 0);
    std::vector<std::uint32_t> first(size, 0);  // the box that stands for it
    for (std::uint32_t i = 1; i < size; ++i) {
      const FlameShape& shape = shapes_[i];
      const std::uint32_t parent = shape.parent;
      again_[i] = parent != 0 && shape.name == shapes_[parent].name && shape.total == shapes_[parent].total;
      first[i] = again_[i] ? first[parent] : i;
      if (again_[i]) ++calls_[first[i]];
      depth_[i] = depth_[parent] + (again_[i] ? 0 : 1);
      left_[i] = left_[parent] + used[parent];
      used[parent] += shape.total;
    }
  }

  // A caller is never smaller than what it calls: whatever the limit, what is drawn hangs together.
  void choose() {
    const auto whole = static_cast<double>(shapes_.front().total);
    least_ = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(kLeastShare * whole));
    const double readable = (kPadding + kLeastText * kCharacter) / kWidth * whole;
    std::vector<std::uint64_t> totals;
    std::vector<double> widths(kMostLevels, 0);  // of each level
    for (std::uint32_t i = 0; i < shapes_.size(); ++i) {
      if (again_[i] || shapes_[i].total < least_ || depth_[i] >= kMostLevels) continue;
      totals.push_back(shapes_[i].total);
      const auto total = static_cast<double>(shapes_[i].total);
      widths[depth_[i]] += total;
      if (total >= readable || widths[depth_[i]] >= kWorthALevel * whole) bottom_ = std::max(bottom_, depth_[i]);
    }
    if (totals.size() <= kMostBoxes) return;
    const auto last = totals.begin() + static_cast<std::ptrdiff_t>(kMostBoxes);
    std::nth_element(totals.begin(), last, totals.end(), std::greater{});
    least_ = *last + 1;
  }

  [[nodiscard]] double x_of(std::uint64_t value) const {
    return kWidth * static_cast<double>(value) / static_cast<double>(shapes_.front().total);
  }

  // What fits into the box: sign and name; the sign alone, since it tells more; nothing.
  [[nodiscard]] static std::string label(const FlameBox& shown, double width, const std::string& times) {
    const auto letters = static_cast<std::size_t>(std::max(0.0, (width - kPadding) / kCharacter));
    if (letters < kLeastText) return "";
    const std::size_t sign = character_count(shown.sign);
    if (letters >= sign + times.size() + kLeastText) {
      return shown.sign + short_function(*shown.name, letters - sign - times.size()) + times;
    }
    if (sign == 0) return short_function(*shown.name, letters);
    return letters + 1 >= sign ? shown.sign : "";  // it ends in a space
  }

  [[nodiscard]] std::string box(std::uint32_t index) const {
    const FlameBox shown = box_of_(index);
    const double x = x_of(left_[index]);
    const double y = kRow * static_cast<double>(depth_[index]);
    const double width = x_of(shapes_[index].total);
    const std::string times = calls_[index] > 1 ? " x" + format_count(calls_[index]) : "";
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
  std::vector<std::uint32_t> depth_;
  std::vector<std::uint64_t> left_;   // of the measure, before it
  std::vector<bool> again_;           // the same box as its caller
  std::vector<std::uint64_t> calls_;  // nodes that a box stands for
  std::uint64_t least_ = 1;           // total of a box that is drawn
  std::uint32_t bottom_ = 1;          // the last level that is drawn
};

}  // namespace

FlameGraph draw_flame(const std::vector<FlameShape>& shapes, const std::string& label,
                      const std::function<FlameBox(std::uint32_t)>& box_of) {
  return Drawing(shapes, box_of).draw(label);
}

}  // namespace perfopt::report
