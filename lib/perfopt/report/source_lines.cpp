// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/source_lines.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "perfopt/report/escape.hpp"
#include "perfopt/report/function_name.hpp"
#include "perfopt/stats/hotspots.hpp"

namespace perfopt::report {
namespace {

constexpr std::size_t kHotLines = 15;  // of a file
constexpr unsigned kAround = 2;        // lines before and after a hot one
constexpr std::size_t kLineLength = 200;
constexpr std::size_t kPathLength = 100;
constexpr double kLeastSelf = 0.005;
constexpr double kLeastTotal = 0.01;
constexpr std::size_t kTriedFiles = 30;

struct HotLine {
  double self = 0;
  double total = 0;
};

struct HotFile {
  std::string path;
  std::map<unsigned, HotLine> lines;
  double self = 0;
  double largest = 0;  // total of a line

  // What runs in it counts more than what it calls.
  [[nodiscard]] double score() const { return self + largest / 2; }
};

bool tells_line(const model::Frame& frame) {
  return !frame.file.empty() && frame.line != 0;
}

std::vector<HotFile> hot_files(const ProfileView& view) {
  // A line of each function without one would be made for nothing.
  if (std::ranges::none_of(view.source().frames, tells_line)) return {};
  std::map<std::string, HotFile> by_path;
  for (const stats::Hotspot& spot : stats::hotspots(view.source(), stats::GroupBy::line, view.filter())) {
    if (spot.file.empty() || spot.line == 0) continue;
    HotFile& file = by_path[spot.file];
    file.path = spot.file;
    file.lines[spot.line] = {spot.self_share, spot.total_share};
    file.self += spot.self_share;
    file.largest = std::max(file.largest, spot.total_share);
  }
  std::vector<HotFile> files;
  for (auto& [path, file] : by_path) {
    if (file.self >= kLeastSelf || file.largest >= kLeastTotal) files.push_back(std::move(file));
  }
  std::ranges::stable_sort(files, std::ranges::greater{}, &HotFile::score);
  files.resize(std::min(files.size(), kTriedFiles));
  return files;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
}

// The hot ones with those around them.
std::vector<unsigned> shown_lines(const HotFile& file, std::size_t count) {
  std::vector<std::pair<HotLine, unsigned>> order;
  for (const auto& [line, heat] : file.lines) {
    if (line <= count && (heat.self >= kLeastSelf || heat.total >= kLeastTotal)) order.emplace_back(heat, line);
  }
  std::ranges::sort(order, [](const auto& a, const auto& b) {
    return std::tie(b.first.self, b.first.total, a.second) < std::tie(a.first.self, a.first.total, b.second);
  });
  order.resize(std::min(order.size(), kHotLines));
  std::vector<unsigned> lines;
  for (const auto& [heat, line] : order) {
    for (unsigned at = line > kAround ? line - kAround : 1; at <= line + kAround && at <= count; ++at)
      lines.push_back(at);
  }
  std::ranges::sort(lines);
  lines.erase(std::ranges::unique(lines).begin(), lines.end());
  return lines;
}

// Class of the style sheet: how hot, in steps that the figures beside it say exactly.
std::string heat_class(double self) {
  constexpr std::array<double, 4> kSteps{0.005, 0.02, 0.05, 0.15};
  const auto step = std::ranges::count_if(kSteps, [&](double least) { return self >= least; });
  return "h" + std::to_string(step);
}

// Leading blanks are kept by the style sheet; tabs are not what they were.
std::string code_html(std::string_view line) {
  std::string text;
  for (const char c : line.substr(0, kLineLength)) {
    if (c == '\t') {
      text += "    ";
    } else if (c != '\r') {
      text += c;
    }
  }
  return html_text(text, kLineLength);
}

std::string line_row(unsigned number, const HotFile& file, std::string_view code) {
  const auto found = file.lines.find(number);
  const HotLine heat = found == file.lines.end() ? HotLine{} : found->second;
  const auto share = [](double value) { return value > 0 ? html_text(share_text(value)) : std::string(); };
  return "<tr class=\"" + heat_class(heat.self) + "\"><td>" + share(heat.self) + "</td><td>" + share(heat.total) +
         "</td><th scope=\"row\">" + std::to_string(number) + "</th><td class=\"code\"><code>" + code_html(code) +
         "</code></td></tr>\n";
}

// What runs in its lines; of one that only calls what does, that.
std::string weight_text(const HotFile& file) {
  const std::string own = share_text(file.self);
  if (own != share_text(0)) return own + " in its own lines";
  return "nothing in its own lines, " + share_text(file.largest) + " at most in what one of them calls";
}

std::string listing(const ProfileView& view, const HotFile& file, const SourceFile& source) {
  const std::vector<std::string_view> lines = lines_of(source.text);
  const std::vector<unsigned> shown = shown_lines(file, lines.size());
  if (shown.empty()) return "";
  std::string rows;
  unsigned last = shown.front();
  for (const unsigned number : shown) {
    if (number > last + 1) rows += "<tr class=\"gap\"><td colspan=\"4\">⋮</td></tr>\n";
    rows += line_row(number, file, lines[number - 1]);
    last = number;
  }
  const bool is_newer = !view.profile.started.empty() && source.modified > view.profile.started;
  return "<details open=\"\"><summary><bdi>" + html_text(short_path(file.path, kPathLength), kPathLength) +
         "</bdi>: " + html_text(weight_text(file)) + "</summary>\n" +
         (is_newer ? "<p class=\"failed\">Changed after the recording (" + html_text(source.modified) +
                         "): its lines may have moved.</p>\n"
                   : "") +
         "<div class=\"scroll\">\n<table class=\"source\">\n<thead><tr><th scope=\"col\">self</th><th "
         "scope=\"col\">total</th><th scope=\"col\">line</th><th scope=\"col\" class=\"words\">source</th></tr>"
         "</thead>\n<tbody>\n" +
         rows + "</tbody>\n</table>\n</div>\n</details>\n";
}

}  // namespace

std::string source_section(const ProfileView& view, const IdPrefix& prefix, const SourceReader& read) {
  if (!read || !view.has_samples()) return "";
  std::string listings;
  std::string refusals;
  std::size_t shown = 0;
  std::size_t bytes = 0;
  for (const HotFile& file : hot_files(view)) {
    if (shown == kMostSourceFiles || bytes + kLargestSource > kMostSourceBytes) break;
    const SourceFile source = read(file.path);
    bytes += source.text.size();
    const std::string html = source.refusal.empty() ? listing(view, file, source) : "";
    if (!html.empty()) {
      ++shown;
      listings += html;
    } else if (file.self >= 0.05) {
      refusals += "<li><bdi>" + html_text(short_path(file.path, kPathLength), kPathLength) + "</bdi>, " +
                  html_text(share_text(file.self)) + ": " +
                  html_text(source.refusal.empty() ? "it has fewer lines now" : source.refusal) + "</li>\n";
    }
  }
  if (!refusals.empty()) refusals = "<p class=\"note\">Not shown:</p><ul class=\"note\">\n" + refusals + "</ul>\n";
  if (listings.empty() && refusals.empty()) return "";
  return page_section(
      prefix, "source", "Source lines",
      "<p class=\"muted\">Self: while that line ran; total: with what it called.</p>\n" + listings + refusals);
}

}  // namespace perfopt::report
