// SPDX-License-Identifier: Apache-2.0
// A text that is copied whole to append to it: the time of building strings goes into moving their bytes, and into the
// pages that each new copy touches, not into the calls.
#include <string>
#include <string_view>

#include "perfopt/advise/rules/rule.hpp"

namespace perfopt::advise {
namespace {

constexpr double kLeastShare = 0.3;  // of the time, moving: a text that doubles its space moves each byte twice at most
constexpr double kMostlyMoving = 0.6;  // of the time of building strings: short pieces cost calls

bool moves_bytes(const model::Frame& frame) {
  const std::string_view name = frame.function;
  return name.find("memmove") != std::string_view::npos || name.find("memcpy") != std::string_view::npos ||
         name.find("mremap") != std::string_view::npos || name.find("exc_page_fault") != std::string_view::npos;
}

// CPython's concatenation. Appending in place ends in realloc and moves nothing most of the time.
bool python_concatenation(const model::Frame& frame) {
  return frame.function == "PyUnicode_Concat" || frame.function == "PyUnicode_Append" ||
         frame.function == "unicode_concatenate" || frame.function == "PyBytes_Concat" ||
         frame.function == "bytes_concat";
}

}  // namespace

void string_concatenation(Facts& facts, Advice& advice) {
  std::vector<bool> building = facts.doing(stats::Work::string_append);
  const std::vector<bool> python = facts.below_user(python_concatenation);
  for (std::size_t i = 0; i < building.size(); ++i) building[i] = building[i] || python[i];
  std::vector<bool> moving = facts.below_user(moves_bytes);
  for (std::size_t i = 0; i < moving.size(); ++i) moving[i] = moving[i] && building[i];
  const Finding all = facts.find(building, facts.cpu);
  const Finding finding = facts.find(moving, facts.cpu);
  if (!facts.matters(finding, kLeastShare) ||
      static_cast<double>(finding.value) < kMostlyMoving * static_cast<double>(all.value)) {
    return;
  }
  model::Recommendation one;
  one.rule = "string_concatenation";
  one.title = "append to the string in place";
  one.reason = percent(facts.share(all.value)) + " of the time is spent building strings, and " +
               percent(static_cast<double>(finding.value) / static_cast<double>(all.value)) +
               " of that on moving bytes that were there before.";
  one.evidence = evidence_of(facts, all, "building strings");
  one.impact = facts.sampled(all.value);
  one.effort = model::Effort::low;
  one.confidence = 0.8;
  one.remedy =
      "s += piece in place of s = s + piece, with reserve() where the length is known; in Python, gather the "
      "pieces in a list and join them";
  one.uses = "perfopt/optim/io/buffered_writer.hpp";
  one.verify = verify_command(facts.profile);
  advice.push_back(one);
  facts.claim(all);
}

}  // namespace perfopt::advise
