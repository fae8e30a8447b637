// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "perfopt/report/function_name.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/profile_formats.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

constexpr double kFold = 0.01;       // of the whole
constexpr double kSameDepth = 0.95;  // of the caller's value: the callee is not indented further
constexpr std::size_t kMostLines = 400;
constexpr std::size_t kMostDepth = 24;  // levels of indentation that are drawn
constexpr std::size_t kLeastName = 20;

class Tree {
 public:
  Tree(const ProfileView& view, std::size_t width, bool color)
      : view_(view), width_(width), color_(color), children_(view.tree.nodes.size()) {
    const auto& nodes = view.tree.nodes;
    for (std::uint32_t i = 1; i < nodes.size(); ++i) children_[nodes[i].parent].push_back(i);
  }

  // Without recursion: stacks of a document may be as deep as their author liked.
  std::string text() {
    std::vector<Step> open{{0, 0, 0}};
    while (!open.empty() && lines_ < kMostLines) {
      const Step step = open.back();
      open.pop_back();
      if (step.folded > 0) {
        fold_line(step);
        continue;
      }
      if (step.node > 0) node_line(step);
      push_children(step, open);
    }
    if (!open.empty()) out_ += "  ... cut after " + std::to_string(kMostLines) + " lines; the report shows all\n";
    return std::move(out_);
  }

 private:
  struct Step {
    std::uint32_t node = 0;
    std::size_t depth = 0;
    std::size_t folded = 0;  // children left out of `node`, when this is their line
    std::uint64_t rest = 0;  // their value
  };

  [[nodiscard]] double share(std::uint64_t value) const {
    return static_cast<double>(value) / static_cast<double>(view_.total);
  }

  void push_children(const Step& step, std::vector<Step>& open) const {
    const auto& nodes = view_.tree.nodes;
    const std::vector<std::uint32_t>& below = children_[step.node];
    Step folded{step.node, step.depth + 1, 0, 0};
    std::vector<Step> shown;
    for (const std::uint32_t child : below) {
      if (share(nodes[child].total) < kFold) {
        ++folded.folded;
        folded.rest += nodes[child].total;
        continue;
      }
      const auto passed = static_cast<double>(nodes[child].total);
      const bool chain = step.node > 0 && passed >= kSameDepth * static_cast<double>(nodes[step.node].total);
      shown.push_back({child, step.node == 0 || chain ? step.depth : step.depth + 1, 0, 0});
    }
    if (folded.folded > 0 && share(folded.rest) >= kFold) open.push_back(folded);
    open.insert(open.end(), shown.rbegin(), shown.rend());
  }

  void line(std::uint64_t total, const std::string& self, std::size_t depth, const std::string& name, Ink ink) {
    const std::string indent(2 * std::min(depth, kMostDepth), ' ');
    const std::string head = "  " + right(share_text(share(total)), 7) + right(self, 9) + "  " + indent;
    const std::size_t room = width_ > head.size() + kLeastName ? width_ - head.size() : kLeastName;
    out_ += painted(head + short_function(name, room), ink, color_) + "\n";
    ++lines_;
  }

  void node_line(const Step& step) {
    const stats::FlameNode& node = view_.tree.nodes[step.node];
    const bool has_self = share(node.self) >= kFold;
    const bool hot = share(node.self) >= 0.1;
    line(node.total, has_self ? share_text(share(node.self)) : "", step.depth, view_.tree.names[node.name],
         hot ? Ink::strong : Ink::plain);
  }

  void fold_line(const Step& step) {
    line(step.rest, "", step.depth, "... " + std::to_string(step.folded) + " more", Ink::faint);
  }

  const ProfileView& view_;
  std::size_t width_;
  bool color_;
  std::vector<std::vector<std::uint32_t>> children_;
  std::size_t lines_ = 0;
  std::string out_;
};

}  // namespace

std::string profile_tree(const ProfileView& view, std::size_t width, bool color) {
  if (view.tree.nodes.empty()) return "";
  return "  " + painted(right("total", 7) + right("self", 9) + "  function", Ink::faint, color) + "\n" +
         Tree(view, width, color).text();
}

}  // namespace perfopt::report
