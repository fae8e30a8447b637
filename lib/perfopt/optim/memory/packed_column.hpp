// SPDX-License-Identifier: Apache-2.0
// A compressed column of 64-bit unsigned integers that is summed without being unpacked.
//
// Values are cut into groups of 512. A group stores only the bits in which its values differ, as bit planes: plane j
// holds bit j of all 512 values in one cache line. What is stored is either value - minimum ("frame of reference") or,
// where this saves at least a quarter of the bits, as for sorted values, the step from the value before minus the
// smallest step ("delta"). The sum of a group follows from population counts of its planes, with SIMD chosen at run
// time (AVX-512 with VPOPCNTDQ, AVX2, ...): one load and one count for 512 bits.
//
//   memory   planes of 64 bytes, as many as bits differ, and 24 bytes a group of 512; the last up to 511 values are
//            kept as they are
//   cost     building and decode() take some ns a value; get() reads a cache line a bit (all planes up to the value in
//            a delta group); sum() of a delta group counts each plane seven times
//   errors   BadInput for an index or a buffer that does not fit the column; std::bad_alloc
//   threads  any number of readers, or one writer
//   source   O'Neil, Quass, Improved query performance with variant indexes, SIGMOD 1997 (sums of bit slices)
//
//   example:
//   std::vector<std::uint64_t> celsius;
//   for (std::uint64_t i = 0; i < 10'000; ++i) celsius.push_back(1'000'000 + i * i % 700);
//   perfopt::optim::PackedColumn column(celsius);
//   if (column.sum() != std::accumulate(celsius.begin(), celsius.end(), std::uint64_t{0})) {
//     throw std::logic_error("the sum of the packed form is the sum");
//   }
//   if (column.get(1234) != celsius[1234]) throw std::logic_error("each value can be read");
//   if (column.size_bytes() * 5 > celsius.size() * 8) throw std::logic_error("five times less memory");
//   column.append(celsius);
//   if (column.size() != 20'000) throw std::logic_error("columns grow");
//   end
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <stdexcept>
#include <vector>

namespace perfopt::optim {

class PackedColumn {
 public:
  static constexpr std::size_t kGroupValues = 512;

  // Bit j of 512 values: value i at bit i % 64 of words[i / 64].
  struct alignas(64) Plane {
    std::array<std::uint64_t, 8> words;
  };
  // Value i is base + (stored bits of i) in a frame group. In a delta group it is base + i * step + (sum of the
  // stored bits of 0..i), where those of 0 are zero.
  struct Group {
    std::uint64_t base;
    std::uint64_t step;
    std::uint32_t first_plane;
    std::uint8_t width;  // planes, 0..64
    bool delta;
  };

  PackedColumn() = default;
  explicit PackedColumn(std::span<const std::uint64_t> values);

  void append(std::span<const std::uint64_t> values);

  [[nodiscard]] std::size_t size() const noexcept { return groups_.size() * kGroupValues + tail_.size(); }
  // Throws BadInput for index >= size().
  [[nodiscard]] std::uint64_t get(std::size_t index) const;
  // Modulo 2^64, as a loop over the values gives it.
  [[nodiscard]] std::uint64_t sum() const noexcept;
  // Throws BadInput unless values.size() == size().
  void decode(std::span<std::uint64_t> values) const;
  // Memory that the column holds: planes, groups and tail, with the room that append() left for growth.
  [[nodiscard]] std::size_t size_bytes() const noexcept;

 private:
  void append_group(std::span<const std::uint64_t, kGroupValues> values);

  std::vector<Plane> planes_;
  std::vector<Group> groups_;
  std::vector<std::uint64_t> tail_;  // fewer than kGroupValues
};

}  // namespace perfopt::optim
