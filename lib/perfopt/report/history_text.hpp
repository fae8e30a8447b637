// SPDX-License-Identifier: Apache-2.0
// A history as text: its runs, its series with what changed in them, its baselines. Empty sections are left out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "perfopt/model/history.hpp"

namespace perfopt::report {

enum class HistoryFormat : std::uint8_t { console, markdown, csv };

struct HistoryTextOptions {
  HistoryFormat format = HistoryFormat::console;
  bool color = false;
  unsigned width = 100;
  bool verbose = false;  // every point, whole ids
};

// CSV has one table: the runs when there are some, else the points of the series, else the baselines.
[[nodiscard]] std::string history_text(const model::History& history, const HistoryTextOptions& options);

// "____----^^^^" in eight heights: values by time, at most `width` characters, each the median of as many values.
[[nodiscard]] std::string sparkline(std::span<const double> values, std::size_t width);

// "slower by 2.1 % (1.4 to 2.8 %) since 1a2b3c4 (after 0f9e8d7), 2026-11-21".
[[nodiscard]] std::string change_line(const model::HistorySeries& series, const model::HistoryChange& change);

// "drifts by +0.8 % (0.2 to 1.4 %) in 10 runs, +3.1 % (...) in 30 days"; "" when that is no more than noise.
[[nodiscard]] std::string trend_line(const model::HistorySeries& series);

}  // namespace perfopt::report
