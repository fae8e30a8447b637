// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/noise_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"
#include "perfopt/report/text_layout.hpp"

namespace perfopt::report {
namespace {

using model::KernelNoise;
using model::NoiseProfile;

constexpr std::size_t kLeastWidth = 80;
constexpr std::size_t kWidthForAll = 86;  // below, the autocorrelation is left out

std::string share(std::optional<double> value) {
  if (!value || !std::isfinite(*value)) return "-";
  return *value > 1 ? "> 100 %" : format_percent(*value);
}

std::optional<double> change_in(const KernelNoise& kernel, double seconds) {
  for (const model::DetectableChange& one : kernel.detectable) {
    if (one.seconds == seconds) return one.change;
  }
  return std::nullopt;
}

// The answer in one sentence, of the finest kernel and the coarsest.
std::string answer(const NoiseProfile& profile) {
  const KernelNoise* finest = nullptr;
  const KernelNoise* coarsest = nullptr;
  const auto at_10_s = [](const KernelNoise& kernel) { return *change_in(kernel, 10); };
  for (const KernelNoise& kernel : profile.kernels) {
    if (!change_in(kernel, 10)) continue;
    if (finest == nullptr || at_10_s(kernel) < at_10_s(*finest)) finest = &kernel;
    if (coarsest == nullptr || at_10_s(kernel) > at_10_s(*coarsest)) coarsest = &kernel;
  }
  if (finest == nullptr) return "Too little was measured for an answer.";
  const std::string best = share(change_in(*finest, 10)) + " (" + finest->name + ")";
  if (finest == coarsest) return "In 10 s a comparison on this machine tells a change of " + best + ".";
  return "In 10 s a comparison on this machine tells a change of " + best + " to " + share(change_in(*coarsest, 10)) +
         " (" + coarsest->name + ").";
}

constexpr std::size_t kCorrelationColumn = 7;

const std::vector<std::string>& heads() {
  static const std::vector<std::string> kHeads = {"kernel", "2 s", "10 s",  "60 s",  "two files",
                                                  "wall",   "CPU", "lag 1", "wider", "sessions"};
  return kHeads;
}

std::string two_digits(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", std::isfinite(value) ? value : 0);
  return text.data();
}

std::vector<std::string> cells(const KernelNoise& kernel) {
  return {printable(kernel.name, 20),   share(change_in(kernel, 2)),        share(change_in(kernel, 10)),
          share(change_in(kernel, 60)), share(kernel.sessions_tell),        share(kernel.wall_variation),
          share(kernel.cpu_variation),  two_digits(kernel.autocorrelation), format_ratio(kernel.widening),
          share(kernel.session_spread)};
}

std::vector<std::string> legend() {
  return {
      "2, 10, 60 s: the smallest change of one benchmark that `perfbench compare --run` finds 95 times of 100 in "
      "that time, with a false alarm in less than 1 of 100",
      "two files: the smallest change that two results stored at different times can tell; at least, since these "
      "sessions were seconds apart",
      "wall, CPU: how much the wall time and CPU time of a slice of a millisecond vary within one process; lag 1: how "
      "much a slice is like "
      "the one before (1: the same); wider: than of independent slices a mean is; sessions: how much fresh processes "
      "differ"};
}

std::vector<model::Doubt> all_doubts(const NoiseProfile& profile) {
  std::vector<model::Doubt> all = profile.doubts;
  all.insert(all.end(), profile.environment.doubts.begin(), profile.environment.doubts.end());
  return all;
}

std::string origin(const NoiseProfile& profile) {
  std::string line = moment(profile.started) + ", took " + format_duration_ns(profile.elapsed_s * 1e9);
  if (profile.cpu) line += ", CPU " + std::to_string(*profile.cpu);
  if (!profile.environment.cpu_model.empty()) line += ", " + profile.environment.cpu_model;
  return profile.complete ? line : line + "; INTERRUPTED";
}

}  // namespace

std::string noise_text(const NoiseProfile& profile, unsigned width, bool color) {
  const std::size_t columns = std::max<std::size_t>(width, kLeastWidth);
  std::string out = painted(wrapped(answer(profile), "", columns), Ink::strong, color) + "\n";
  std::vector<TextTable::Column> shape;
  for (const std::string& head : heads()) shape.push_back({head, head != "kernel", 20});
  TextTable table(shape);
  for (const KernelNoise& kernel : profile.kernels) {
    std::vector<std::string> row = cells(kernel);
    if (columns < kWidthForAll) row[kCorrelationColumn].clear();
    table.add(std::move(row));
  }
  out += table.text("  ", columns, color) + "\n";
  for (const std::string& line : legend()) out += painted(wrapped(line, "  . ", columns), Ink::faint, color);
  out += "\n" + painted("What makes it noisy, and what to change", Ink::strong, color) + "\n";
  const std::vector<model::Doubt> doubts = all_doubts(profile);
  for (const model::Doubt& doubt : doubts) {
    out += wrapped(printable(doubt.finding + (doubt.advice.empty() ? "" : " -> " + doubt.advice)), "  ! ", columns);
  }
  if (doubts.empty()) out += "  nothing that is known of\n";
  return out + "\n" + painted(wrapped(printable(origin(profile)), "", columns), Ink::faint, color);
}

std::string noise_markdown(const NoiseProfile& profile) {
  std::string out = "## " + markdown_text(answer(profile)) + "\n\n|";
  for (const std::string& head : heads()) out += " " + head + " |";
  out += "\n|---|";
  for (std::size_t i = 1; i < heads().size(); ++i) out += "---:|";
  out += "\n";
  for (const KernelNoise& kernel : profile.kernels) {
    out += "|";
    for (const std::string& cell : cells(kernel)) out += " " + markdown_text(cell) + " |";
    out += "\n";
  }
  out += "\n";
  for (const std::string& line : legend()) out += "- " + markdown_text(line) + "\n";
  out += "\n### What makes it noisy, and what to change\n\n";
  for (const model::Doubt& doubt : all_doubts(profile)) {
    out +=
        "- " + markdown_text(doubt.finding) + (doubt.advice.empty() ? "" : ": " + markdown_text(doubt.advice)) + "\n";
  }
  return out + "\n" + markdown_text(origin(profile)) + "\n";
}

}  // namespace perfopt::report
