// SPDX-License-Identifier: Apache-2.0
// PackedColumn against the plain vector, with every SIMD target that this machine has.
#include "perfopt/optim/memory/packed_column.hpp"

#include <hwy/targets.h>

#include <bit>
#include <functional>
#include <limits>

#include <doctest/doctest.h>

#include "perfopt/core/error.hpp"
#include "perfopt/core/random.hpp"

using perfopt::BadInput;
using perfopt::Random;
using perfopt::optim::PackedColumn;

namespace {

using Column = std::vector<std::uint64_t>;

Column generate(std::size_t n, const std::function<std::uint64_t(std::uint64_t)>& value) {
  Column column(n);
  for (std::size_t i = 0; i < n; ++i) column[i] = value(i);
  return column;
}

// The sum by each SIMD target in turn.
void check_sums(const PackedColumn& packed, std::uint64_t expected) {
  for (std::int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
    hwy::SetSupportedTargetsForTest(left & -left);
    hwy::GetChosenTarget().DeInit();
    CAPTURE(hwy::TargetName(left & -left));
    CHECK(packed.sum() == expected);
    hwy::SetSupportedTargetsForTest(0);
  }
  hwy::GetChosenTarget().DeInit();
}

void check_column(const PackedColumn& packed, const Column& values) {
  REQUIRE(packed.size() == values.size());
  check_sums(packed, std::accumulate(values.begin(), values.end(), std::uint64_t{0}));
  Column decoded(values.size(), 0xDEADBEEF);
  packed.decode(decoded);
  CHECK(decoded == values);
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < values.size(); ++i) wrong += packed.get(i) != values[i] ? 1U : 0U;
  CHECK(wrong == 0);
}

}  // namespace

TEST_CASE("PackedColumn: every length around the group size") {
  for (const std::size_t n : {0U, 1U, 2U, 63U, 64U, 65U, 511U, 512U, 513U, 1023U, 1024U, 1025U, 5000U}) {
    CAPTURE(n);
    Random random(n);
    const Column values = generate(n, [&random](std::uint64_t) { return 900 + random.below(1000); });
    check_column(PackedColumn(values), values);
  }
}

TEST_CASE("PackedColumn: every width, in frame and in delta groups") {
  for (unsigned width = 0; width <= 64; ++width) {
    CAPTURE(width);
    const std::uint64_t mask = width == 0 ? 0 : ~std::uint64_t{0} >> (64 - width);
    Random random(width);
    const Column frame = generate(1100, [&](std::uint64_t) { return 12345 + (random() & mask); });
    check_column(PackedColumn(frame), frame);
    std::uint64_t last = std::uint64_t{1} << 62;
    const Column rising = generate(1100, [&](std::uint64_t) { return last += 77 + (random() & (mask >> 8)); });
    check_column(PackedColumn(rising), rising);
    const Column falling = generate(1100, [&](std::uint64_t) { return last -= 5 + (random() & (mask >> 20)); });
    check_column(PackedColumn(falling), falling);
  }
}

TEST_CASE("PackedColumn: extremes wrap as a plain loop does") {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  const Column alternating = generate(1536, [](std::uint64_t i) { return i % 2 == 0 ? 0 : kMost; });
  check_column(PackedColumn(alternating), alternating);
  const Column most(1536, kMost);
  check_column(PackedColumn(most), most);
  const Column wrapping = generate(1536, [](std::uint64_t i) { return kMost - 700 + i; });
  check_column(PackedColumn(wrapping), wrapping);
  const Column halves = generate(1536, [](std::uint64_t i) { return (i % 2) << 63U; });
  check_column(PackedColumn(halves), halves);
}

TEST_CASE("PackedColumn: appended in pieces it is the column built at once") {
  Random random(3);
  PackedColumn packed;
  Column values;
  for (const std::size_t piece : {1U, 0U, 510U, 1U, 1U, 512U, 700U, 324U, 2048U, 3U}) {
    Column more = generate(piece, [&](std::uint64_t i) { return i * i + random.below(50); });
    packed.append(more);
    values.insert(values.end(), more.begin(), more.end());
    check_column(packed, values);
  }
}

TEST_CASE("PackedColumn: memory is what the bits need") {
  Random random(5);
  const std::size_t n = 512 * 100;
  const std::size_t directory = n / 512 * sizeof(PackedColumn::Group);
  const auto packed_bytes = [](const std::function<std::uint64_t(std::uint64_t)>& value) {
    return PackedColumn(generate(n, value)).size_bytes();
  };
  CHECK(sizeof(PackedColumn::Group) == 24);
  CHECK(packed_bytes([](std::uint64_t) { return 5; }) == directory);
  CHECK(packed_bytes([](std::uint64_t i) { return 1000 * i; }) == directory);  // equal steps
  CHECK(packed_bytes([&](std::uint64_t) { return random.below(1024); }) == n * 10 / 8 + directory);
  CHECK(packed_bytes([&](std::uint64_t) { return random(); }) == n * 8 + directory);
  std::uint64_t now = 0;
  CHECK(packed_bytes([&](std::uint64_t) { return now += random.below(2048); }) <= n * 11 / 8 + directory);
  CHECK(PackedColumn().size_bytes() == 0);
}

TEST_CASE("PackedColumn: misuse is refused") {
  const Column values(700, 1);
  const PackedColumn packed(values);
  CHECK_THROWS_AS((void)packed.get(700), BadInput);
  CHECK_THROWS_AS((void)PackedColumn().get(0), BadInput);
  Column small(699);
  CHECK_THROWS_AS(packed.decode(small), BadInput);
}
