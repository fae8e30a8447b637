// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/packed_sum.hpp"

#include <array>
#include <cstddef>
#include <utility>

// VPOPCNTDQ belongs to this target; plain AVX-512 would emulate the population count.
#define HWY_WANT_AVX3_DL 1
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "perfopt/optim/memory/packed_sum.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace perfopt::optim::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::CappedTag<std::uint64_t, 8>;
using V = hn::Vec<D>;
using Plane = PackedColumn::Plane;
using Group = PackedColumn::Group;

// A lane-wise load of one plane. Groups are short loops, which end before the hardware's prefetcher is far enough
// ahead; 4 KiB hides a miss of the second-level cache. Past the end a prefetch does nothing.
HWY_INLINE V LoadPlane(D d, const std::uint64_t* words) {
  constexpr std::size_t kWordsAhead = 512;
  hwy::Prefetch(words + kWordsAhead);
  return hn::Load(d, words);
}

// sum over planes of 2^j * popcount(plane j), lane by lane, by Horner's rule from the highest plane down.
HWY_INLINE V FrameSum(D d, const std::uint64_t* words, std::size_t width) {
  V sum = hn::Zero(d);
  for (std::size_t j = width; j-- > 0;) {
    const V ones = hn::PopulationCount(LoadPlane(d, words + 8 * j));
    sum = hn::Add(hn::Add(sum, sum), ones);
  }
  return sum;
}

#if !HWY_HAVE_SCALABLE  // whose vectors cannot stand in arrays
// The same over a run of groups of one width: a count for each plane is kept in a register until the end, which halves
// the additions.
template <std::size_t kWidth>
std::uint64_t RunSum(const std::uint64_t* words, std::size_t groups) {
  const D d;
  V counts[kWidth];
  for (V& count : counts) count = hn::Zero(d);
  for (std::size_t g = 0; g < groups; ++g, words += 8 * kWidth) {
    for (std::size_t j = 0; j < kWidth; ++j) {
      counts[j] = hn::Add(counts[j], hn::PopulationCount(LoadPlane(d, words + 8 * j)));
    }
  }
  V sum = hn::Zero(d);
  for (std::size_t j = kWidth; j-- > 0;) sum = hn::Add(hn::Add(sum, sum), counts[j]);
  return hn::GetLane(hn::SumOfLanes(d, sum));
}

// More registers than this there are not. Index 0, no planes, is never a run.
constexpr std::size_t kWidestRun = 24;
using Run = std::uint64_t (*)(const std::uint64_t* words, std::size_t groups);

template <std::size_t... kWidths>
constexpr std::array<Run, sizeof...(kWidths) + 1> MakeRuns(std::index_sequence<kWidths...>) {
  return {nullptr, &RunSum<kWidths + 1>...};
}
constexpr auto kRuns = MakeRuns(std::make_index_sequence<kWidestRun>());

// How many of the first groups are a run for kRuns: 0 when the vectors are not as wide as a plane.
std::size_t RunLength(const Group* groups, std::size_t count) {
  const Group& first = groups[0];
  if (hn::Lanes(D()) != 8 || first.delta || first.width == 0 || first.width > kWidestRun) return 0;
  std::size_t length = 1;
  while (length < count && !groups[length].delta && groups[length].width == first.width) ++length;
  return length;
}
#endif

// sum of (bit index) over the set bits of each lane: bit t of the index is set in the bits of mask t.
HWY_INLINE V PositionSum(D d, V bits) {
  constexpr std::uint64_t kMasks[] = {0xAAAAAAAAAAAAAAAA, 0xCCCCCCCCCCCCCCCC, 0xF0F0F0F0F0F0F0F0,
                                      0xFF00FF00FF00FF00, 0xFFFF0000FFFF0000, 0xFFFFFFFF00000000};
  V sum = hn::Zero(d);
  for (std::size_t t = 6; t-- > 0;) {
    const V ones = hn::PopulationCount(hn::And(bits, hn::Set(d, kMasks[t])));
    sum = hn::Add(hn::Add(sum, sum), ones);
  }
  return sum;
}

// Stored step k of a delta group belongs to the values k..511, so it counts 512 - k times. With k = 64 * s + bit that
// is 64 * (8 - s) times the count of word s less the positions of its bits; both are gathered here over all groups.
struct Steps {
  HWY_ALIGN std::uint64_t counts[8] = {};
  HWY_ALIGN std::uint64_t positions[8] = {};

  [[nodiscard]] std::uint64_t total() const {
    std::uint64_t sum = 0;
    for (std::size_t s = 0; s < 8; ++s) sum += 64 * (8 - s) * counts[s] - positions[s];
    return sum;
  }
};

HWY_INLINE void AddSteps(D d, const std::uint64_t* words, std::size_t width, std::size_t lane, Steps& steps) {
  V count = hn::Zero(d);
  V position = hn::Zero(d);
  for (std::size_t j = width; j-- > 0;) {
    const V bits = LoadPlane(d, words + 8 * j);
    count = hn::Add(hn::Add(count, count), hn::PopulationCount(bits));
    position = hn::Add(hn::Add(position, position), PositionSum(d, bits));
  }
  hn::Store(hn::Add(count, hn::Load(d, steps.counts + lane)), d, steps.counts + lane);
  hn::Store(hn::Add(position, hn::Load(d, steps.positions + lane)), d, steps.positions + lane);
}

std::uint64_t SumGroups(const Group* groups, std::size_t count, const Plane* planes) {
  constexpr std::uint64_t kValues = PackedColumn::kGroupValues;
  const D d;
  const std::size_t lanes = hn::Lanes(d);
  V frames = hn::Zero(d);
  Steps steps;
  std::uint64_t bases = 0;
  static constexpr Plane kNone{};  // groups of equal steps have no planes, and a null pointer cannot be moved
  const std::uint64_t* words = (planes == nullptr ? kNone : *planes).words.data();
  for (std::size_t g = 0; g < count; ++g) {
    bases += kValues * groups[g].base + kValues * (kValues - 1) / 2 * groups[g].step;
  }
  for (std::size_t g = 0; g < count; ++g) {
    const std::size_t width = groups[g].width;
#if !HWY_HAVE_SCALABLE
    if (const std::size_t run = RunLength(groups + g, count - g); run > 0) {
      bases += kRuns[width](words, run);
      words += 8 * width * run;
      g += run - 1;
      continue;
    }
#endif
    for (std::size_t lane = 0; lane < 8; lane += lanes) {
      if (groups[g].delta) {
        AddSteps(d, words + lane, width, lane, steps);
      } else {
        frames = hn::Add(frames, FrameSum(d, words + lane, width));
      }
    }
    words += 8 * width;
  }
  return bases + hn::GetLane(hn::SumOfLanes(d, frames)) + steps.total();
}

}  // namespace
}  // namespace perfopt::optim::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace perfopt::optim {

HWY_EXPORT(SumGroups);

std::uint64_t sum_groups(std::span<const PackedColumn::Group> groups, const PackedColumn::Plane* planes) {
  if (groups.empty()) return 0;
  return HWY_DYNAMIC_DISPATCH(SumGroups)(groups.data(), groups.size(), planes);
}

}  // namespace perfopt::optim
#endif
