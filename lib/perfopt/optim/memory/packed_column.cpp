// SPDX-License-Identifier: Apache-2.0
#include "perfopt/optim/memory/packed_column.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>

#include "perfopt/core/error.hpp"
#include "perfopt/optim/memory/packed_sum.hpp"

namespace perfopt::optim {
namespace {

constexpr std::size_t kWordBits = 64;
constexpr std::size_t kWords = PackedColumn::kGroupValues / kWordBits;
using Square = std::array<std::uint64_t, kWordBits>;  // 64 x 64 bits
using Values = std::array<std::uint64_t, PackedColumn::kGroupValues>;
using View = std::span<const std::uint64_t, PackedColumn::kGroupValues>;

// Bit c of row r becomes bit r of row c: swaps the off-diagonal quarters at each scale. Its own inverse.
// Source: Warren, Hacker's Delight, 7-3.
void transpose(Square& rows) {
  std::uint64_t mask = 0x00000000FFFFFFFF;
  for (std::size_t half = 32; half != 0; half /= 2, mask ^= mask << half) {
    for (std::size_t block = 0; block < kWordBits; block += 2 * half) {
      for (std::size_t k = block; k < block + half; ++k) {
        const std::uint64_t swapped = ((rows[k] >> half) ^ rows[k + half]) & mask;
        rows[k] ^= swapped << half;
        rows[k + half] ^= swapped;
      }
    }
  }
}

struct Frame {
  std::uint64_t low;
  std::uint8_t width;
};

Frame frame_of(View values) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {*low, static_cast<std::uint8_t>(std::bit_width(*high - *low))};
}

// Steps are differences modulo 2^64 that are ordered as signed numbers, so that falling values pack as well.
Frame step_frame_of(View values) {
  std::int64_t low = std::numeric_limits<std::int64_t>::max();
  std::int64_t high = std::numeric_limits<std::int64_t>::min();
  for (std::size_t i = 1; i < values.size(); ++i) {
    const auto step = static_cast<std::int64_t>(values[i] - values[i - 1]);
    low = std::min(low, step);
    high = std::max(high, step);
  }
  const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  return {static_cast<std::uint64_t>(low), static_cast<std::uint8_t>(std::bit_width(range))};
}

struct Plan {
  bool delta;
  std::uint64_t base;
  std::uint64_t step;
  std::uint8_t width;
};

Plan plan_for(View values) {
  const Frame frame = frame_of(values);
  const Frame steps = step_frame_of(values);
  // A delta group is slower to sum and to read, so it has to be worth it.
  if (frame.width > 0 && 4 * steps.width <= 3 * frame.width) return {true, values[0], steps.low, steps.width};
  return {false, frame.low, 0, frame.width};
}

void write_planes(const Values& stored, std::span<PackedColumn::Plane> planes) {
  for (std::size_t word = 0; word < kWords; ++word) {
    Square square;
    std::copy_n(stored.begin() + static_cast<std::ptrdiff_t>(word * kWordBits), kWordBits, square.begin());
    transpose(square);
    for (std::size_t j = 0; j < planes.size(); ++j) planes[j].words[word] = square[j];
  }
}

void read_planes(std::span<const PackedColumn::Plane> planes,
                 std::span<std::uint64_t, PackedColumn::kGroupValues> out) {
  for (std::size_t word = 0; word < kWords; ++word) {
    Square square{};
    for (std::size_t j = 0; j < planes.size(); ++j) square[j] = planes[j].words[word];
    transpose(square);
    std::copy(square.begin(), square.end(), out.begin() + static_cast<std::ptrdiff_t>(word * kWordBits));
  }
}

std::uint64_t stored_at(std::span<const PackedColumn::Plane> planes, std::size_t i) {
  std::uint64_t value = 0;
  for (std::size_t j = planes.size(); j-- > 0;) {
    value = 2 * value + ((planes[j].words[i / kWordBits] >> (i % kWordBits)) & 1U);
  }
  return value;
}

// The sum of what is stored for 0..i.
std::uint64_t stored_up_to(std::span<const PackedColumn::Plane> planes, std::size_t i) {
  const std::uint64_t last_mask = ~std::uint64_t{0} >> (kWordBits - 1 - i % kWordBits);
  std::uint64_t sum = 0;
  for (std::size_t j = planes.size(); j-- > 0;) {
    auto ones = static_cast<std::uint64_t>(std::popcount(planes[j].words[i / kWordBits] & last_mask));
    for (std::size_t word = 0; word < i / kWordBits; ++word) {
      ones += static_cast<std::uint64_t>(std::popcount(planes[j].words[word]));
    }
    sum = 2 * sum + ones;
  }
  return sum;
}

}  // namespace

PackedColumn::PackedColumn(std::span<const std::uint64_t> values) {
  // Planned twice: growing the planes would hold three times their memory for a moment.
  std::size_t planes = 0;
  for (auto rest = values; rest.size() >= kGroupValues; rest = rest.subspan(kGroupValues)) {
    planes += plan_for(rest.first<kGroupValues>()).width;
  }
  planes_.reserve(planes);
  groups_.reserve(values.size() / kGroupValues);
  append(values);
}

void PackedColumn::append(std::span<const std::uint64_t> values) {
  if (!tail_.empty()) {
    const std::size_t taken = std::min(values.size(), kGroupValues - tail_.size());
    tail_.insert(tail_.end(), values.begin(), values.begin() + static_cast<std::ptrdiff_t>(taken));
    values = values.subspan(taken);
    if (tail_.size() < kGroupValues) return;
    append_group(std::span<const std::uint64_t, kGroupValues>(tail_));
    tail_.clear();
  }
  for (; values.size() >= kGroupValues; values = values.subspan(kGroupValues)) {
    append_group(values.first<kGroupValues>());
  }
  tail_.assign(values.begin(), values.end());
}

void PackedColumn::append_group(std::span<const std::uint64_t, kGroupValues> values) {
  const Plan plan = plan_for(values);
  Values stored;
  stored[0] = plan.delta ? 0 : values[0] - plan.base;
  for (std::size_t i = 1; i < kGroupValues; ++i) {
    stored[i] = values[i] - (plan.delta ? values[i - 1] + plan.step : plan.base);
  }
  const std::size_t first = planes_.size();
  if (first + plan.width > std::numeric_limits<std::uint32_t>::max()) {
    throw BadInput("PackedColumn: more than 2^32 bit planes of 512 values; use several columns");
  }
  planes_.resize(first + plan.width);
  write_planes(stored, std::span(planes_).subspan(first));
  groups_.push_back({plan.base, plan.step, static_cast<std::uint32_t>(first), plan.width, plan.delta});
}

std::uint64_t PackedColumn::get(std::size_t index) const {
  if (index >= size()) {
    throw BadInput("PackedColumn: index " + std::to_string(index) + " of " + std::to_string(size()) + " values");
  }
  const std::size_t i = index % kGroupValues;
  if (index / kGroupValues == groups_.size()) return tail_[i];
  const Group& group = groups_[index / kGroupValues];
  const auto planes = std::span(planes_).subspan(group.first_plane, group.width);
  return group.base + i * group.step + (group.delta ? stored_up_to(planes, i) : stored_at(planes, i));
}

std::uint64_t PackedColumn::sum() const noexcept {
  return std::accumulate(tail_.begin(), tail_.end(), sum_groups(groups_, planes_.data()));
}

void PackedColumn::decode(std::span<std::uint64_t> values) const {
  if (values.size() != size()) {
    throw BadInput("PackedColumn: a buffer of " + std::to_string(values.size()) + " values for " +
                   std::to_string(size()));
  }
  for (const Group& group : groups_) {
    const auto out = values.first<kGroupValues>();
    read_planes(std::span(planes_).subspan(group.first_plane, group.width), out);
    std::uint64_t base = group.base;
    for (std::uint64_t& value : out) {
      value += base;
      if (group.delta) base = value + group.step;
    }
    values = values.subspan(kGroupValues);
  }
  std::copy(tail_.begin(), tail_.end(), values.begin());
}

std::size_t PackedColumn::size_bytes() const noexcept {
  return planes_.capacity() * sizeof(Plane) + groups_.capacity() * sizeof(Group) +
         tail_.capacity() * sizeof(std::uint64_t);
}

}  // namespace perfopt::optim
