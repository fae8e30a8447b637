// SPDX-License-Identifier: Apache-2.0
// Out-of-place transpose of a square matrix of doubles.
//
// Naive stores stride n*8 bytes, so past L1 each one touches another cache line (and past the TLB another page);
// blocked keeps a tile of both matrices resident and uses each line whole.
//
//   size    n, side of the matrix [elements]; footprint 2*n*n*8 bytes
//   check   out[c][r] == in[r][c], exact; the input has no equal elements
//   errors  std::bad_alloc if it does not fit
//   source  Lam, Rothberg, Wolf, ASPLOS 1991
#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

class Transpose : public Workload {
 public:
  explicit Transpose(const Setup& setup) : n(setup.size), in(n * n), out(n * n) {
    // Whole numbers below 2^53 are exact and, counted upwards, all different.
    auto value = static_cast<double>(Random(setup.seed)() >> 12U);
    for (double& element : in) element = value++;
  }

  [[nodiscard]] Work work() const override {
    const double elements = static_cast<double>(n) * static_cast<double>(n);
    const double bytes = elements * sizeof(double);
    return {elements, 2 * bytes, {Limit::copy_bandwidth, bytes, 2 * in.size() * sizeof(double)}};
  }
  void poison() override { std::fill(out.begin(), out.end(), std::numeric_limits<double>::quiet_NaN()); }
  [[nodiscard]] Output output() override { return exact<double>(Element::f64, out); }
  void check(const Output& result) const override {
    std::vector<double> expected(n * n);
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] = in[(i % n) * n + i / n];
    require_equal(exact<double>(Element::f64, expected), result);
  }

 protected:
  std::size_t n;
  std::vector<double> in;
  std::vector<double> out;
};

struct Naive final : Transpose {
  using Transpose::Transpose;
  void run() override {
    for (std::size_t r = 0; r < n; ++r) {
      for (std::size_t c = 0; c < n; ++c) out[c * n + r] = in[r * n + c];
    }
  }
};

struct Blocked final : Transpose {
  using Transpose::Transpose;
  void run() override {
    constexpr std::size_t kTile = 32;  // 2 tiles of 8 KiB fit the first-level cache
    for (std::size_t top = 0; top < n; top += kTile) {
      for (std::size_t left = 0; left < n; left += kTile) {
        transpose_tile(top, std::min(top + kTile, n), left, std::min(left + kTile, n));
      }
    }
  }

 private:
  void transpose_tile(std::size_t top, std::size_t bottom, std::size_t left, std::size_t right) {
    // Stores run along lines, loads stride: a load that waits does not hold up the next, a full store buffer does.
    for (std::size_t c = left; c < right; ++c) {
      for (std::size_t r = top; r < bottom; ++r) out[c * n + r] = in[r * n + c];
    }
  }
};

constexpr Size kSizes[] = {
    {64, SizeClass::small}, {512, SizeClass::medium}, {1000, SizeClass::medium}, {2000, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"naive", Level::baseline, "row by row, strided stores", "", "", make<Naive>},
    {"blocked", Level::conservative, "32 x 32 tiles, each line used whole", "", "two more loops in the code",
     make<Blocked>},
};
constexpr Problem kProblem{
    .category = "memory",
    .name = "transpose",
    .title = "Transpose a square matrix of doubles",
    .unit = "rows",
    .bytes_per_unit = sizeof(double),
    .squared = true,
    .max_size = 50'000,
    .sizes = kSizes,
    .strategies = kStrategies,
    .memory_bytes =
        [](std::size_t n) { return 3.0 * sizeof(double) * static_cast<double>(n) * static_cast<double>(n); },
    .file_bytes = [](std::size_t) { return 0.0; },
};

}  // namespace

const Problem& memory_transpose();
const Problem& memory_transpose() {
  return kProblem;
}

}  // namespace perfopt::bench
