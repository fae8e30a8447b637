// SPDX-License-Identifier: Apache-2.0
// One live line on standard error: what runs, how many of how many, time left.
//
// Shown on a terminal only, redrawn at most ten times a second, cut to the terminal's width, and wiped before
// anything else is printed and at the end. Not thread-safe.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace perfopt::cli {

// "[=====>    ] 12/60  memory/maps at 1,024 keys  1 min 20 s left", at most `width` characters.
[[nodiscard]] std::string progress_line(std::string_view running, std::size_t done, std::size_t total, double left_s,
                                        unsigned width);

class ProgressLine {
 public:
  // Nothing is ever shown when `visible` is false. `write` gets what goes to the terminal, `width` tells its width now.
  ProgressLine(bool visible, std::function<void(std::string_view)> write, std::function<unsigned()> width);
  // On standard error, visible when that is a terminal and `quiet` is false.
  explicit ProgressLine(bool quiet);
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  ~ProgressLine();

  void show(std::string_view running, std::size_t done, std::size_t total, double left_s);
  // A whole line that stays; the live line is drawn again below it by the next show().
  void print(std::string_view line);
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  bool visible_;
  bool drawn_ = false;
  Clock::time_point last_{};
  std::function<void(std::string_view)> write_;
  std::function<unsigned()> width_;
};

}  // namespace perfopt::cli
