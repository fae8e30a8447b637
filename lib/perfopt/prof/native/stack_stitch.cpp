// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/stack_stitch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

namespace perfopt::prof {
namespace {

// Each frame from `first` on returns, at this moment, to the next one.
bool still_called(std::span<const NativeFrame> frames, const Memory& now) {
  constexpr std::uint64_t kReturnAddress = 8;  // below the CFA
  for (std::size_t i = 0; i + 1 < frames.size(); ++i) {
    const auto back = now.word(frames[i].cfa - kReturnAddress);
    const std::uint64_t caller = frames[i + 1].address;
    if (!back || (*back != caller + 1 && *back != caller)) return false;  // itself: interrupted there by a signal
  }
  return true;
}

}  // namespace

bool StackStitch::complete(pid_t tid, const Memory& now, std::vector<NativeFrame>& frames) {
  constexpr std::size_t kTried = 8;  // the outermost may be of a rule that the cut has spoilt
  const auto known = last_.find(tid);
  if (known == last_.end()) return false;
  const std::vector<NativeFrame>& earlier = known->second;
  const std::size_t tried = std::min(kTried, frames.size());
  for (std::size_t i = 0; i < tried; ++i) {
    const NativeFrame& frame = frames[frames.size() - 1 - i];
    const auto same = std::ranges::find_if(
        earlier, [&](const NativeFrame& other) { return other.cfa == frame.cfa && other.address == frame.address; });
    if (same == earlier.end()) continue;
    if (!still_called({same, earlier.end()}, now)) return false;
    frames.resize(frames.size() - i);
    frames.insert(frames.end(), std::next(same), earlier.end());
    last_[tid] = frames;
    return true;
  }
  return false;
}

}  // namespace perfopt::prof
