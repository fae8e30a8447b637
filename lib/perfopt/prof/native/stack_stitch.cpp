// SPDX-License-Identifier: Apache-2.0
#include "perfopt/prof/native/stack_stitch.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace perfopt::prof {

bool StackStitch::complete(pid_t tid, std::vector<NativeFrame>& frames) {
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
    frames.resize(frames.size() - i);
    frames.insert(frames.end(), std::next(same), earlier.end());
    last_[tid] = frames;
    return true;
  }
  return false;
}

}  // namespace perfopt::prof
