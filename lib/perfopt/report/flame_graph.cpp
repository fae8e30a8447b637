// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/flame_graph.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <string_view>
#include <vector>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/report/profile_diff_words.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kTooltipName = 160;
constexpr unsigned kShades = 3;         // of a colour, so that neighbours can be told apart
constexpr double kUnits = 1ULL << 40U;  // of a mean share

char language_class(model::Language language) {
  constexpr std::string_view kClasses = "unkpjsy";  // f of them in report.css: "fn0"
  return kClasses.at(static_cast<std::size_t>(language));
}

std::string share_html(std::uint64_t value, std::uint64_t whole) {
  return html_text(share_text(static_cast<double>(value) / std::max(1.0, static_cast<double>(whole))));
}

std::string tooltip(const ProfileView& view, const stats::FlameNode& node, const model::Frame* frame) {
  const std::uint64_t whole = view.tree.nodes.front().total;
  std::string text = html_text(plain_function(view.tree.names[node.name]), kTooltipName) + "\n" +
                     share_html(node.total, whole) + ", " + html_text(value_text(view.unit(), node.total));
  if (node.self > 0) text += "; self " + share_html(node.self, whole);
  if (frame == nullptr) return text;
  const std::string place = place_text(frame->file, frame->line, frame->module);
  return place.empty() ? text : text + "\n" + html_text(place, kNameLength);
}

double share_of(std::uint64_t value, std::uint64_t whole) {
  return static_cast<double>(value) / std::max(1.0, static_cast<double>(whole));
}

// Classes of the style sheet: the share grew or fell by over 0.1, 1 and 5 points, and by `sure`, more than noise does.
std::string change_class(double change, double sure) {
  if (std::abs(change) < sure) return "d0";
  constexpr std::array<double, 3> kSteps{0.001, 0.01, 0.05};
  const auto step = std::ranges::count_if(kSteps, [&](double least) { return std::abs(change) >= least; });
  if (step == 0) return "d0";
  return (change > 0 ? "dg" : "df") + std::to_string(step);
}

std::string signed_points(double change) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%+.1f", 100 * change);
  return text.data();
}

class Difference {
 public:
  Difference(const ProfileView& after, const stats::FlameUnion& tree, double detectable)
      : after_(after), tree_(tree), whole_(tree.nodes.front().total), detectable_(detectable) {}

  [[nodiscard]] FlameBox box(std::uint32_t index) const {
    const stats::UnitedNode& node = tree_.nodes[index];
    const double before = share_of(node.total.before, whole_.before);
    const double after = share_of(node.total.after, whole_.after);
    const std::string style = change_class(after - before, sure_change(detectable_, (before + after) / 2));
    FlameBox box;
    box.name = &tree_.names[node.name];
    box.style = style;
    box.tooltip = html_text(plain_function(*box.name), kTooltipName) + "\n" +
                  share_html(node.total.before, whole_.before) + " → " + share_html(node.total.after, whole_.after) +
                  ", " + html_text(value_text(after_.unit(), node.total.before)) + " → " +
                  html_text(value_text(after_.unit(), node.total.after)) + state(node);
    if (style != "d0") box.sign = signed_points(after - before) + " ";
    return box;
  }

 private:
  static std::string state(const stats::UnitedNode& node) {
    if (node.total.before == 0) return "\nonly after";
    return node.total.after == 0 ? "\nonly before" : "";
  }

  const ProfileView& after_;
  const stats::FlameUnion& tree_;
  stats::FlamePair whole_;
  double detectable_;
};

}  // namespace

// Whole units, so that a caller is as wide as its parts together.
std::vector<FlameShape> flame_diff_shapes(const stats::FlameUnion& tree) {
  const stats::FlamePair whole = tree.nodes.front().total;
  std::vector<FlameShape> shapes(tree.nodes.size());
  for (std::size_t i = shapes.size(); i-- > 0;) {
    const stats::UnitedNode& node = tree.nodes[i];
    const double mean = share_of(node.self.before, whole.before) + share_of(node.self.after, whole.after);
    shapes[i].total += static_cast<std::uint64_t>(kUnits * mean / 2);
    shapes[i].name = node.name;
    if (i == 0) break;
    shapes[i].parent = node.parent;
    shapes[node.parent].total += shapes[i].total;
  }
  return shapes;
}

std::vector<FlameShape> flame_shapes(const ProfileView& view) {
  std::vector<FlameShape> shapes;
  shapes.reserve(view.tree.nodes.size());
  for (const stats::FlameNode& node : view.tree.nodes) shapes.push_back({node.parent, node.name, node.total});
  return shapes;
}

FlameGraph flame_graph(const ProfileView& view) {
  const std::vector<stats::FlameNode>& nodes = view.tree.nodes;
  return draw_flame(flame_shapes(view), "Flame graph; the table of functions below holds its figures",
                    [&](std::uint32_t index) {
                      const stats::FlameNode& node = nodes[index];
                      const bool known = node.frame < view.profile.frames.size();
                      const model::Frame* frame = known ? &view.profile.frames[node.frame] : nullptr;
                      const model::Language language = known ? frame->language : model::Language::synthetic;
                      FlameBox box;
                      box.name = &view.tree.names[node.name];
                      const auto shade = std::hash<std::string_view>{}(*box.name) % kShades;
                      box.style = "f" + std::string(1, language_class(language)) + std::to_string(shade);
                      box.tooltip = tooltip(view, node, frame);
                      box.sign = language_sign(language);
                      return box;
                    });
}

FlameGraph flame_diff_graph(const ProfileView& before, const ProfileView& after, const stats::FlameUnion& tree,
                            double detectable) {
  if (!before.has_samples() || !after.has_samples()) return {};
  const Difference difference(after, tree, detectable);
  return draw_flame(flame_diff_shapes(tree), "Differential flame graph; the table of functions holds its figures",
                    [&](std::uint32_t index) { return difference.box(index); });
}

}  // namespace perfopt::report
