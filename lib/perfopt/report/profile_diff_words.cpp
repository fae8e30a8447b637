// SPDX-License-Identifier: Apache-2.0
#include "perfopt/report/profile_diff_words.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>

#include "perfopt/core/units.hpp"
#include "perfopt/report/escape.hpp"
#include "perfopt/report/phrase.hpp"

namespace perfopt::report {

using model::FunctionChange;
using model::FunctionShare;
using model::FunctionVerdict;
using model::ProfileDiff;

namespace {

constexpr DiffPart kParts[] = {
    {"Slower: more of the profile, and more in itself", "slower", FunctionVerdict::slower, Ink::bad},
    {"Faster: less of the profile, and less in itself", "faster", FunctionVerdict::faster, Ink::good},
    {"Shifted: another share, since others changed", "shifted", FunctionVerdict::shifted, Ink::strong},
};

std::string detectable_words(const ProfileDiff& diff) {
  if (diff.detectable >= 1) return "there are too few samples to find any change";
  return "a function with 10 % of it would have been found to change by " + points_text(diff.detectable, false) +
         " points 4 times of 5";
}

std::string counted(const char* verb, std::size_t count) {
  return plural(count, "function", "functions") + " " + verb;
}

}  // namespace

std::span<const DiffPart> diff_parts() {
  return kParts;
}

const char* verdict_word(FunctionVerdict verdict) {
  constexpr std::array<const char*, 4> kWords = {"slower", "faster", "shifted", "same"};
  return kWords.at(static_cast<std::size_t>(verdict));
}

std::string points_text(double share, bool sign) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), sign ? "%+.2f" : "%.2f", 100 * share);
  return text.data();
}

std::string interval_text(const model::Interval& one) {
  return points_text(one.low, true) + " to " + points_text(one.high, true);
}

std::string amount_text(double value, const std::string& unit) {
  const double size = std::abs(value);
  std::string text = format_count(static_cast<std::uint64_t>(std::llround(size)));
  if (unit == "ns") text = format_duration_ns(size);
  if (unit == "bytes") text = format_bytes(size);
  return text;
}

std::string signed_amount_text(double value, const std::string& unit) {
  return (value < 0 ? "-" : "+") + amount_text(value, unit);
}

double sure_change(double detectable, double share) {
  constexpr double kTenth = 0.1;
  return detectable * std::sqrt(std::max(0.0, share * (1 - share)) / (kTenth * (1 - kTenth)));
}

bool is_by_total(const FunctionChange& change) {
  return change.self.verdict == FunctionVerdict::same && change.verdict != FunctionVerdict::same;
}

const FunctionShare& telling_share(const FunctionChange& change) {
  return is_by_total(change) ? change.total : change.self;
}

std::vector<const FunctionChange*> changes_of(const ProfileDiff& diff, FunctionVerdict verdict) {
  std::vector<const FunctionChange*> chosen;
  for (const FunctionChange& change : diff.functions) {
    if (change.verdict == verdict) chosen.push_back(&change);
  }
  return chosen;
}

// "3 functions got slower, most of all parse(): 10.1 % -> 14.3 % of cpu."
std::string diff_answer(const ProfileDiff& diff) {
  std::string text;
  const FunctionChange* largest = nullptr;
  for (const DiffPart& part : diff_parts()) {
    const auto list = changes_of(diff, part.verdict);
    if (list.empty()) continue;
    if (largest == nullptr) largest = list.front();
    const bool shifted = part.verdict == FunctionVerdict::shifted;
    const std::string verb = shifted ? "shifted" : "got " + std::string(part.word);
    text += (text.empty() ? "" : ", ") + counted(verb.c_str(), list.size());
  }
  if (largest == nullptr) {
    return "No change beyond sampling noise: " + plural(diff.tested, "function", "functions") + " compared; " +
           detectable_words(diff) + ".";
  }
  const FunctionShare& share = telling_share(*largest);
  return text + "; most of all " + printable(largest->function, kNameLength) + ": " +
         points_text(share.base_share, false) + " % -> " + points_text(share.changed_share, false) + " % of " +
         printable(diff.measure, 24) + (is_by_total(*largest) ? ", with what it calls." : ".");
}

std::string diff_sums(const ProfileDiff& diff) {
  const auto base = static_cast<double>(diff.base.sum);
  const auto changed = static_cast<double>(diff.changed.sum);
  return printable(diff.measure, 24) + ": " + amount_text(base, diff.unit) + " -> " + amount_text(changed, diff.unit) +
         " (" + format_change(changed / base) + "), " +
         format_count(static_cast<std::uint64_t>(diff.base.effective_samples)) + " and " +
         format_count(static_cast<std::uint64_t>(diff.changed.effective_samples)) + " effective samples";
}

}  // namespace perfopt::report
