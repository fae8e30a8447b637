// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/figure.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "perfopt/core/units.hpp"

namespace perfopt::report {
namespace {

// A number of at most three significant digits without trailing zeros; whole from 1,000 on.
std::string shortest(double value) {
  const double size = std::abs(value);
  if (size >= 999.5 && size < 1e18) {
    return (value < 0 ? "-" : "") + format_count(static_cast<std::uint64_t>(std::llround(size)));
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value == 0 ? 0 : value);
  return text.data();
}

template <std::size_t N>
std::string with_unit(double value, const std::array<std::pair<double, const char*>, N>& units) {
  if (!std::isfinite(value)) return "-";
  const auto* best = units.data();
  for (const auto& unit : units) {
    if (std::abs(value) >= unit.first * 0.9999) best = &unit;
  }
  return shortest(value / best->first) + (value == 0 && *best->second != ' ' ? "" : best->second);
}

// Round changes that stand clear of one another on a logarithmic axis: no change, then halves and doubles, then finer.
std::vector<double> change_ticks(double low, double high, std::size_t most) {
  constexpr std::array<double, 21> kRatios{1,   0.5, 2,   0.1,  10,   0.2,  5,    0.75, 1.5,  0.25, 4,
                                           0.9, 1.1, 0.8, 1.25, 0.95, 1.05, 0.98, 1.02, 0.99, 1.01};
  const bool is_range = std::isfinite(low) && std::isfinite(high) && low > 0 && high > low && most > 0;
  if (!is_range) return {};
  const double apart = std::log(high / low) / static_cast<double>(most);
  std::vector<double> ticks;
  for (const double ratio : kRatios) {
    const auto is_clear = [&](double other) { return std::abs(std::log(ratio / other)) >= apart; };
    if (ratio >= low && ratio <= high && std::ranges::all_of(ticks, is_clear)) ticks.push_back(ratio);
  }
  std::ranges::sort(ticks);
  return ticks;
}

// The largest of B, KiB, MiB, GiB, TiB that is not larger than `bytes`.
double binary_unit(double bytes) {
  double unit = 1;
  while (unit < 1024.0 * 1024 * 1024 * 1024 && unit * 1024 <= bytes) unit *= 1024;
  return unit;
}

bool can_be_counted(double value) {
  return std::isfinite(value) && value >= 0 && value < 1e18 && value == std::floor(value);
}

}  // namespace

std::string quantity_text(Quantity quantity, double value) {
  switch (quantity) {
    case Quantity::ratio:
      return format_ratio(value);
    case Quantity::duration_ns:
      return format_duration_ns(value);
    case Quantity::bytes:
      return format_bytes(value);
    case Quantity::byte_rate:
      return format_byte_rate(value);
    case Quantity::rate:
      return format_rate(value);
    case Quantity::share:
      return format_percent(value);
    case Quantity::change:
      return std::isfinite(value) ? format_change(value) : "-";
    case Quantity::text:
    case Quantity::count:
      break;
  }
  if (!std::isfinite(value)) return "-";
  return can_be_counted(value) ? format_count(static_cast<std::uint64_t>(value)) : shortest(value);
}

std::string tick_text(Quantity quantity, double value) {
  if (!std::isfinite(value)) return "-";
  switch (quantity) {
    case Quantity::ratio:
      return shortest(value) + "x";
    case Quantity::duration_ns:
      return with_unit<4>(value, {{{1, " ns"}, {1e3, " us"}, {1e6, " ms"}, {1e9, " s"}}});
    case Quantity::bytes:
      return with_unit<5>(
          value,
          {{{1, " B"}, {1024.0, " KiB"}, {1048576.0, " MiB"}, {1073741824.0, " GiB"}, {1099511627776.0, " TiB"}}});
    case Quantity::byte_rate:
      return with_unit<5>(value, {{{1, " B/s"}, {1e3, " kB/s"}, {1e6, " MB/s"}, {1e9, " GB/s"}, {1e12, " TB/s"}}});
    case Quantity::rate:
      return with_unit<5>(value, {{{1, " /s"}, {1e3, " K/s"}, {1e6, " M/s"}, {1e9, " G/s"}, {1e12, " T/s"}}});
    case Quantity::share:
      return shortest(value * 100) + " %";
    case Quantity::change:
      return value == 1 ? "no change" : (value > 1 ? "+" : "") + shortest(std::round((value - 1) * 1e4) / 100) + " %";
    case Quantity::text:
    case Quantity::count:
      break;
  }
  return with_unit<5>(value, {{{1, ""}, {1e3, "K"}, {1e6, "M"}, {1e9, "G"}, {1e12, "T"}}});
}

std::string_view quantity_unit(Quantity quantity) {
  switch (quantity) {
    case Quantity::duration_ns:
      return "ns";
    case Quantity::bytes:
      return "bytes";
    case Quantity::byte_rate:
      return "bytes/s";
    case Quantity::rate:
      return "1/s";
    case Quantity::text:
    case Quantity::count:
    case Quantity::ratio:
    case Quantity::share:
    case Quantity::change:
      break;
  }
  return "";
}

std::string_view tone_sign(Tone tone) {
  switch (tone) {
    case Tone::win1:
    case Tone::win2:
    case Tone::win3:
    case Tone::win4:
      return "▲";
    case Tone::lose1:
    case Tone::lose2:
    case Tone::lose3:
      return "▼";
    case Tone::even:
      return "≈";
    case Tone::failed:
      return "✕";
    case Tone::none:
      break;
  }
  return "";
}

std::string cell_text(const FigureColumn& column, const TableCell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* number = std::get_if<double>(&cell)) return quantity_text(column.quantity, *number);
  if (const auto* whole = std::get_if<std::uint64_t>(&cell)) {
    const bool is_count = column.quantity == Quantity::count || column.quantity == Quantity::text;
    return is_count ? format_count(*whole) : quantity_text(column.quantity, static_cast<double>(*whole));
  }
  return "";
}

void use_log_axes(Figure& figure) {
  for (Panel& panel : figure.panels) {
    if (panel.kind == PanelKind::lines || panel.kind == PanelKind::points) panel.y.is_log = true;
    panel.y_range.reset();  // that of a linear one
    if (panel.kind == PanelKind::points || panel.kind == PanelKind::bars) panel.x.is_log = true;
  }
}

std::vector<double> log_ticks(double low, double high, std::size_t most) {
  struct Steps {
    std::vector<int> multiples;
    int decades;
  };
  const std::array<Steps, 6> finest_first{
      {{{1, 2, 3, 4, 5, 6, 7, 8, 9}, 1}, {{1, 2, 5}, 1}, {{1}, 1}, {{1}, 2}, {{1}, 3}, {{1}, 6}}};
  const bool is_range = std::isfinite(low) && std::isfinite(high) && low > 0 && high >= low;
  if (!is_range) return {};
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

std::vector<double> linear_ticks(double low, double high, std::size_t most) {
  const double span = high - low;
  if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(span) || span <= 0 || most == 0) return {};
  const double power = std::pow(10.0, std::floor(std::log10(span / static_cast<double>(most))));
  double step = power;
  for (const double factor : {1.0, 2.0, 5.0, 10.0, 20.0}) {
    step = power * factor;
    if (std::floor(high / step) - std::ceil(low / step) + 1 <= static_cast<double>(most)) break;
  }
  std::vector<double> ticks;
  const double first = std::ceil(low / step - 1e-9);
  for (double i = first; i * step <= high + step * 1e-9 && ticks.size() < most; ++i) ticks.push_back(i * step);
  return ticks;
}

std::vector<double> axis_ticks(const FigureAxis& axis, double low, double high, std::size_t most) {
  if (axis.quantity == Quantity::change) return change_ticks(low, high, most);
  if (axis.quantity != Quantity::bytes) {
    return axis.is_log ? log_ticks(low, high, most) : linear_ticks(low, high, most);
  }
  if (!axis.is_log) {
    const double unit = std::max(std::abs(low), std::abs(high)) < 1024 ? 1 : binary_unit(std::abs(high));
    std::vector<double> ticks = linear_ticks(low / unit, high / unit, most);
    for (double& tick : ticks) tick *= unit;
    return ticks;
  }
  std::vector<double> ticks;
  const bool is_range = std::isfinite(low) && std::isfinite(high) && low > 0 && high >= low;
  if (!is_range) return ticks;
  for (const int step : {1, 2, 5, 10, 20, 100}) {
    ticks.clear();
    for (int power = static_cast<int>(std::ceil(std::log2(low))); power <= std::log2(high); ++power) {
      if (power % step == 0) ticks.push_back(std::exp2(power));
    }
    if (ticks.size() <= most) break;
  }
  return ticks;
}

}  // namespace perfopt::report
