// SPDX-License-Identifier: Apache-2.0
#include "perfopt/cli/progress.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "perfopt/cli/terminal.hpp"
#include "perfopt/core/units.hpp"

namespace perfopt::cli {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr std::size_t kBarWidth = 20;
constexpr std::string_view kWipe = "\r\x1b[K";

std::string time_left(double seconds) {
  if (!std::isfinite(seconds) || seconds <= 0) return "";
  const auto whole = static_cast<long long>(std::ceil(seconds));
  return whole < 60 ? std::to_string(whole) + " s left"
                    : std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s left";
}

std::string bar(std::size_t done, std::size_t total) {
  const std::size_t filled = total == 0 ? 0 : std::min(done, total) * kBarWidth / total;
  std::string text(filled, '=');
  if (filled < kBarWidth) text += '>';
  text.resize(kBarWidth, ' ');
  return "[" + text + "]";
}

}  // namespace

std::string progress_line(std::string_view running, std::size_t done, std::size_t total, double left_s,
                          unsigned width) {
  const std::string count = std::to_string(done) + "/" + std::to_string(total);
  const std::string left = time_left(left_s);
  std::string text = bar(done, total) + " " + count;
  if (text.size() + 2 + running.size() + 2 + left.size() > width) text = count;  // the bar is what matters least
  text += "  " + one_line(running);
  if (!left.empty()) text += "  " + left;
  return text.substr(0, width);
}

ProgressLine::ProgressLine(bool visible, std::function<void(std::string_view)> write, std::function<unsigned()> width)
    : visible_(visible), write_(std::move(write)), width_(std::move(width)) {}

ProgressLine::ProgressLine(bool quiet)
    : ProgressLine(!quiet && is_terminal(STDERR_FILENO), write_error, [] { return terminal_width(STDERR_FILENO); }) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::show(std::string_view running, std::size_t done, std::size_t total, double left_s) {
  if (!visible_) return;
  const Clock::time_point now = Clock::now();
  if (drawn_ && now - last_ < kInterval) return;
  // One column stays free: some terminals wrap when the last one is written.
  const unsigned width = std::max(2U, width_()) - 1;
  write_(std::string(kWipe) + progress_line(running, done, total, left_s, width));
  drawn_ = true;
  last_ = now;
}

void ProgressLine::print(std::string_view line) {
  clear();
  write_(std::string(line) + (line.ends_with('\n') ? "" : "\n"));
}

void ProgressLine::clear() {
  if (!drawn_) return;
  write_(kWipe);
  drawn_ = false;
}

}  // namespace perfopt::cli
