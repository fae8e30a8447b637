// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_graph.hpp"

#include <algorithm>
#include <functional>
#include <vector>

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
constexpr std::size_t kTooltipName = 160;
constexpr unsigned kShades = 3;  // of a colour, so that neighbours can be told apart

char language_class(model::Language language) {
  constexpr std::string_view kClasses = "unkpjsy";  // f of them in report.css: "fn0"
  return kClasses.at(static_cast<std::size_t>(language));
}

class Drawing {
 public:
  explicit Drawing(const ProfileView& view) : view_(view), nodes_(view.tree.nodes) {}

  FlameGraph draw() {
    FlameGraph graph;
    if (nodes_.size() < 2 || nodes_.front().total == 0) return graph;
    place();
    const std::uint64_t least = least_total();
    std::string boxes;
    std::uint32_t deepest = 0;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].total < least || depth_[i] >= kMostLevels) {
        ++graph.left_out;
        continue;
      }
      boxes += box(i);
      deepest = std::max(deepest, depth_[i]);
      ++graph.boxes;
    }
    const std::string height = svg_number(kRow * static_cast<double>(deepest + 1));
    graph.svg = "<svg class=\"flame\" viewBox=\"0 0 " + svg_number(kWidth) + " " + height +
                "\" role=\"img\" aria-label=\"Flame graph; the table of functions below holds its figures\">\n" +
                boxes + "</svg>";
    return graph;
  }

 private:
  // Parents stand before their children, so that one pass gives each its level and its left edge.
  void place() {
    depth_.resize(nodes_.size(), 0);
    left_.resize(nodes_.size(), 0);
    std::vector<std::uint64_t> used(nodes_.size(), 0);
    for (std::uint32_t i = 1; i < nodes_.size(); ++i) {
      const std::uint32_t parent = nodes_[i].parent;
      depth_[i] = depth_[parent] + 1;
      left_[i] = left_[parent] + used[parent];
      used[parent] += nodes_[i].total;
    }
  }

  // A caller is never smaller than what it calls: whatever the limit, what is drawn hangs together.
  [[nodiscard]] std::uint64_t least_total() const {
    const double whole = static_cast<double>(nodes_.front().total);
    const auto share = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(kLeastShare * whole));
    std::vector<std::uint64_t> totals;
    for (std::uint32_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].total >= share && depth_[i] < kMostLevels) totals.push_back(nodes_[i].total);
    }
    if (totals.size() <= kMostBoxes) return share;
    const auto last = totals.begin() + static_cast<std::ptrdiff_t>(kMostBoxes);
    std::nth_element(totals.begin(), last, totals.end(), std::greater{});
    return *last + 1;
  }

  [[nodiscard]] double x_of(std::uint64_t value) const {
    return kWidth * static_cast<double>(value) / static_cast<double>(nodes_.front().total);
  }

  [[nodiscard]] std::string tooltip(const stats::FlameNode& node, const model::Frame* frame) const {
    const auto whole = static_cast<double>(nodes_.front().total);
    std::string text = html_text(plain_function(view_.tree.names[node.name]), kTooltipName) + "\n" +
                       html_text(share_text(static_cast<double>(node.total) / whole)) + ", " +
                       html_text(value_text(view_.unit(), node.total));
    if (node.self > 0) text += "; self " + html_text(share_text(static_cast<double>(node.self) / whole));
    if (frame == nullptr) return text;
    const std::string place = place_text(frame->file, frame->line, frame->module);
    return place.empty() ? text : text + "\n" + html_text(place, kNameLength);
  }

  [[nodiscard]] std::string box(std::uint32_t index) const {
    const stats::FlameNode& node = nodes_[index];
    const bool known = node.frame < view_.profile.frames.size();
    const model::Frame* frame = known ? &view_.profile.frames[node.frame] : nullptr;
    const model::Language language = known ? frame->language : model::Language::synthetic;
    const std::string& name = view_.tree.names[node.name];
    const double x = x_of(left_[index]);
    const double y = kRow * static_cast<double>(depth_[index]);
    const double width = x_of(node.total);
    const auto shade = std::hash<std::string_view>{}(name) % kShades;
    std::string out = "<g class=\"f" + std::string(1, language_class(language)) + std::to_string(shade) + "\"><title>" +
                      tooltip(node, frame) + "</title><rect x=\"" + svg_number(x) + "\" y=\"" + svg_number(y) +
                      "\" width=\"" + svg_number(width) + "\" height=\"17\"/>";
    const double room = (width - kPadding) / kCharacter;
    if (room >= static_cast<double>(kLeastText)) {
      const std::string sign(language_sign(language));
      const std::size_t taken = character_count(sign);
      const auto letters = static_cast<std::size_t>(room);
      const std::string text =
          sign + short_function(name, std::max(letters - std::min(taken, letters), kLeastText - 1));
      out += "<text x=\"" + svg_number(x + kPadding / 2) + "\" y=\"" + svg_number(y + 12.5) + "\">" +
             html_text(text, letters + taken) + "</text>";
    }
    return out + "</g>\n";
  }

  const ProfileView& view_;
  const std::vector<stats::FlameNode>& nodes_;
  std::vector<std::uint32_t> depth_;
  std::vector<std::uint64_t> left_;  // of the measure, before it
};

}  // namespace

FlameGraph flame_graph(const ProfileView& view) {
  return Drawing(view).draw();
}

}  // namespace perfopt::report
