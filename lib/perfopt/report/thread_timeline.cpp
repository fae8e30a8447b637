// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/thread_timeline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/svg_chart.hpp"

namespace perfopt::report {
namespace {

using model::Activity;
using model::Profile;

constexpr double kWidth = 1200;
constexpr double kLeft = 150;  // room for names and scales
constexpr double kHeight = 110;
constexpr double kAxis = 20;
constexpr double kStrip = 18;
constexpr std::size_t kMostThreads = 40;
constexpr std::size_t kCells = 240;
constexpr std::size_t kThreadName = 20;

// What a thread did in a cell; the numbers are the classes of the style sheet.
enum class Kind : std::uint8_t { absent, waiting, preempted, lock, transfer, busy1, busy2, busy3, busy4 };

Kind kind_of(Activity activity) {
  switch (activity) {
    case Activity::futex:
      return Kind::lock;
    case Activity::preempted:
      return Kind::preempted;
    case Activity::read:
    case Activity::write:
    case Activity::network:
    case Activity::sync:
    case Activity::page_fault:
      return Kind::transfer;
    default:
      return Kind::waiting;
  }
}

double end_of(const Profile& profile) {
  double end = profile.elapsed_s * 1e9;
  if (!std::isfinite(end) || end <= 0) {
    end = 0;
    for (const std::uint64_t time : profile.samples.time_ns) end = std::max(end, static_cast<double>(time));
  }
  return end;
}

std::string number(double value) {
  return "\"" + svg_number(value) + "\"";
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return "<text x=" + number(x) + " y=" + number(y) + " text-anchor=\"" + std::string(anchor) + "\">" +
         html_text(text, kNameLength) + "</text>\n";
}

// Five moments below the picture.
std::string time_axis(double end_ns, double y) {
  std::string out;
  for (int i = 0; i <= 4; ++i) {
    const double x = kLeft + (kWidth - kLeft) * i / 4.0;
    const char* anchor = i == 4 ? "end" : "middle";
    out += text_at(x, y, i == 0 ? "start" : anchor, i == 0 ? "0" : format_duration_ns(end_ns * i / 4.0));
  }
  return out;
}

std::string picture(std::string_view css, double height, const std::string& label, const std::string& content) {
  return "<svg class=\"" + std::string(css) + "\" viewBox=\"0 0 " + svg_number(kWidth) + " " + svg_number(height) +
         "\" role=\"img\" aria-label=\"" + html_text(label) + "\">\n" + content + "</svg>";
}

// The outline of bars of equal width standing on `floor`.
std::string steps(const std::vector<double>& heights, double floor, double scale, std::string_view css) {
  const double width = (kWidth - kLeft) / static_cast<double>(heights.size());
  std::string path = "M" + svg_number(kLeft) + " " + svg_number(floor);
  for (std::size_t i = 0; i < heights.size(); ++i) {
    const std::string y = svg_number(floor - std::max(0.0, heights[i]) * scale);
    path += "V" + y + "H" + svg_number(kLeft + width * static_cast<double>(i + 1));
  }
  return "<path class=\"" + std::string(css) + "\" d=\"" + path + "V" + svg_number(floor) + "Z\"/>\n";
}

std::string level(double value, double floor, double scale, const std::string& label) {
  const double y = floor - value * scale;
  return "<line class=\"grid\" x1=" + number(kLeft) + " x2=" + number(kWidth) + " y1=" + number(y) +
         " y2=" + number(y) + "/>\n" + text_at(kLeft - 6, y + 4, "end", label);
}

// Time by thread, kind and cell.
class Cells {
 public:
  Cells(const Profile& profile, std::size_t cpu, std::size_t wall, double end_ns)
      : cell_ns_(end_ns / static_cast<double>(kCells)), times_(profile.threads.size()) {
    const model::Samples& samples = profile.samples;
    for (std::size_t row = 0; row < samples.size(); ++row) {
      const bool running = samples.activity[row] == Activity::running;
      const std::uint64_t value = samples.values[running ? cpu : wall][row];
      if (value == 0 || samples.thread[row] >= times_.size()) continue;
      add(times_[samples.thread[row]], running ? Kind::busy4 : kind_of(samples.activity[row]),
          static_cast<double>(samples.time_ns[row]), static_cast<double>(value));
    }
  }

  [[nodiscard]] Kind at(std::size_t thread, std::size_t cell) const {
    const Times& times = times_[thread];
    if (times.empty()) return Kind::absent;
    const auto& by_kind = times[cell];
    const double busy = by_kind.back() / cell_ns_;
    // A cell finer than the sampling interval is busy or not.
    if (busy >= 0.05) return busy >= 0.75 ? Kind::busy4 : busy_kind(busy);
    const auto longest = std::max_element(by_kind.begin(), by_kind.end() - 1);
    return *longest > 0 ? static_cast<Kind>(longest - by_kind.begin()) : Kind::absent;
  }

 private:
  static constexpr std::size_t kKinds = static_cast<std::size_t>(Kind::busy1) + 1;  // the last one: on a CPU
  using Times = std::vector<std::array<double, kKinds>>;

  static Kind busy_kind(double share) {
    if (share >= 0.5) return Kind::busy3;
    return share >= 0.25 ? Kind::busy2 : Kind::busy1;
  }

  void add(Times& times, Kind kind, double to, double value) {
    if (times.empty()) times.resize(kCells);
    const auto column = std::min(static_cast<std::size_t>(kind), kKinds - 1);
    const double from = std::max(0.0, to - value);
    const auto last = static_cast<double>(kCells - 1);
    const auto first = static_cast<std::size_t>(std::clamp(from / cell_ns_, 0.0, last));
    const auto end = static_cast<std::size_t>(std::clamp(to / cell_ns_, 0.0, last));
    for (std::size_t i = first; i <= end; ++i) {
      const double begins = static_cast<double>(i) * cell_ns_;
      times[i][column] += std::max(0.0, std::min(to, begins + cell_ns_) - std::max(from, begins));
    }
  }

  double cell_ns_;
  std::vector<Times> times_;  // empty for a thread without time
};

std::vector<std::size_t> busiest_threads(const Profile& profile, std::size_t measure) {
  std::vector<std::uint64_t> time(profile.threads.size(), 0);
  for (std::size_t row = 0; row < profile.samples.size(); ++row) {
    const std::uint32_t thread = profile.samples.thread[row];
    if (thread < time.size()) time[thread] += profile.samples.values[measure][row];
  }
  std::vector<std::size_t> order(time.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return time[a] > time[b]; });
  order.resize(std::min(order.size(), kMostThreads));
  std::ranges::sort(order);  // in the order in which they were started
  return order;
}

// Neighbouring cells of one kind are one box.
std::string strip(const Cells& cells, std::size_t thread, double y) {
  const double width = (kWidth - kLeft) / static_cast<double>(kCells);
  std::string out;
  for (std::size_t from = 0; from < kCells;) {
    const Kind kind = cells.at(thread, from);
    std::size_t to = from + 1;
    while (to < kCells && cells.at(thread, to) == kind) ++to;
    if (kind != Kind::absent) {
      out += "<rect class=\"t" + std::to_string(static_cast<int>(kind)) +
             "\" x=" + number(kLeft + width * static_cast<double>(from)) + " y=" + number(y) +
             " width=" + number(width * static_cast<double>(to - from)) + " height=\"14\"/>";
    }
    from = to;
  }
  return out;
}

}  // namespace

std::string concurrency_chart(const ProfileView& view) {
  const stats::Concurrency& over_time = view.concurrency;
  if (over_time.running.size() < 2) return "";
  std::vector<double> alive = over_time.running;
  for (std::size_t i = 0; i < std::min(alive.size(), over_time.waiting.size()); ++i) alive[i] += over_time.waiting[i];
  const unsigned cpus = view.profile.environment.cpus_online;
  const double busiest = *std::ranges::max_element(over_time.running);
  // Two hundred waiting threads must not flatten what ran.
  const double top = std::max({1.0, 1.1 * busiest, std::min(*std::ranges::max_element(alive), 2.0 * busiest + 1),
                               1.1 * std::min<double>(cpus, 2.0 * busiest + 1)});
  for (double& value : alive) value = std::min(value, top);
  const double floor = kHeight;
  const double scale = (kHeight - 8) / top;
  std::string content = steps(alive, floor, scale, "alive") + steps(over_time.running, floor, scale, "running");
  content += level(0, floor, scale, "0");
  if (cpus > 0 && cpus <= top) content += level(cpus, floor, scale, plural(cpus, "CPU", "CPUs"));
  if (cpus != 1 && top * kHeight > 20) content += level(1, floor, scale, "1 thread");
  const double end_ns = static_cast<double>(over_time.bucket_ns) * static_cast<double>(over_time.running.size());
  return picture("timeline", kHeight + kAxis, "Threads on a CPU over time",
                 content + time_axis(std::min(end_ns, end_of(view.profile)), kHeight + kAxis - 4));
}

std::string thread_strips(const ProfileView& view) {
  const Profile& profile = view.profile;
  const auto cpu = model::find_measure(profile, "cpu");
  const double end_ns = end_of(profile);
  if (!cpu || end_ns <= 0 || profile.threads.empty()) return "";
  const std::size_t wall = model::find_measure(profile, "wall").value_or(*cpu);
  const Cells cells(profile, *cpu, wall, end_ns);
  std::string content;
  double y = 2;
  for (const std::size_t thread : busiest_threads(profile, *cpu)) {
    const model::ProfiledThread& shown = profile.threads[thread];
    const std::string name = printable(shown.name, kThreadName - 8) + " " + std::to_string(shown.tid);
    content += "<g><title>" + html_text(shown.name + ", thread " + std::to_string(shown.tid)) +
               (shown.cpu_ns ? ", " + format_duration_ns(static_cast<double>(*shown.cpu_ns)) + " of CPU time" : "") +
               "</title>" + text_at(kLeft - 6, y + 11, "end", name) + strip(cells, thread, y) + "</g>\n";
    y += kStrip;
  }
  return picture("timeline", y + kAxis, "What each thread did over time", content + time_axis(end_ns, y + kAxis - 5));
}

std::string memory_chart(const Profile& profile) {
  if (profile.memory.size() < 2) return "";
  std::vector<double> peaks(kCells, 0);
  const double end_ns = std::max(end_of(profile), 1.0);
  for (const model::MemoryPoint& point : profile.memory) {
    const double at = static_cast<double>(point.time_ns) / end_ns * static_cast<double>(kCells);
    double& cell = peaks[static_cast<std::size_t>(std::clamp(at, 0.0, static_cast<double>(kCells - 1)))];
    cell = std::max(cell, static_cast<double>(point.rss_bytes));
  }
  for (std::size_t i = 1; i < kCells; ++i) {
    if (peaks[i] == 0) peaks[i] = peaks[i - 1];  // not looked at in that cell
  }
  const double top = *std::ranges::max_element(peaks);
  if (top <= 0) return "";
  const double scale = (kHeight - 12) / top;
  return picture("timeline", kHeight + kAxis, "Resident memory of all processes over time",
                 steps(peaks, kHeight, scale, "memory") + level(0, kHeight, scale, "0") +
                     level(top, kHeight, scale, format_bytes(top)) + time_axis(end_ns, kHeight + kAxis - 4));
}

}  // namespace perfopt::report
