// SPDX-License-Identifier: Apache-2.0
// Product of two square matrices of doubles.
//
// The naive loops walk down the columns of the right matrix: a cache line for each number. With the two inner loops
// swapped all memory is read along rows, and with four rows at a time the product is loaded and stored a quarter as
// often. OpenBLAS blocks for every cache and for the registers, and uses the widest multiply-add of the processor.
//
//   size    side of the matrices; footprint 24 bytes times its square
//   check   Freivalds: C r = A (B r) row by row for 8 random vectors r of signs, within rounding; a wrong row
//           passes with a chance of 2^-8 at most, a single wrong element never
//   errors  std::bad_alloc if it does not fit
//   source  Freivalds, Probabilistic machines can use less running time, IFIP 1977; Lam, Rothberg, Wolf, ASPLOS 1991

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <sstream>
#include <vector>

#include "perfopt/bench/cpu/openblas.hpp"
#include "perfopt/bench/cpu/thread_pool.hpp"
#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"

namespace perfopt::bench {
namespace {

// Relative to n, the largest size of a sum of products of elements in [-1, 1).
constexpr double kTolerance = 1e-13;

using Matrix = std::vector<double>;  // by rows

class Matmul : public Workload {
 public:
  explicit Matmul(const Setup& setup) : n_(setup.size), threads_(setup.threads), a_(n_ * n_), b_(n_ * n_), c_(n_ * n_) {
    Random random(setup.seed);
    for (Matrix* matrix : {&a_, &b_}) {
      for (double& element : *matrix) element = 2 * random.unit() - 1;
    }
  }

  // Every strategy does the 2 n^3 operations of the definition.
  Work work() const final {
    const auto n = static_cast<double>(n_);
    return {n * n * n,
            n * n * 3 * sizeof(double),
            {.limit = Limit::f64_flops,
             .units = 2 * n * n * n,
             .working_set_bytes = n_ * n_ * 3 * sizeof(double),
             .threads = threads_used()}};
  }
  void poison() final { std::ranges::fill(c_, std::numeric_limits<double>::quiet_NaN()); }
  Output output() final { return approximate(Element::f64, std::span<const double>(c_), kTolerance); }
  void check(const Output& result) const final {
    Matrix c(n_ * n_);
    if (result.bytes.size() != c.size() * sizeof(double)) {
      throw IntegrityError("expected " + std::to_string(c.size()) + " elements, got " +
                           std::to_string(result.bytes.size() / sizeof(double)));
    }
    std::memcpy(c.data(), result.bytes.data(), result.bytes.size());
    Random random(c_.size());
    std::vector<double> signs(n_);
    constexpr int kVectors = 8;
    for (int vector = 0; vector < kVectors; ++vector) {
      for (double& sign : signs) sign = (random() >> 63U) != 0 ? 1 : -1;
      check_rows(c, signs);
    }
  }

 protected:
  virtual unsigned threads_used() const { return 1; }

  const std::size_t n_;
  const unsigned threads_;
  Matrix a_;
  Matrix b_;
  Matrix c_;

 private:
  std::vector<double> times(const Matrix& matrix, std::span<const double> vector) const {
    std::vector<double> product(n_);
    for (std::size_t row = 0; row < n_; ++row) {
      for (std::size_t k = 0; k < n_; ++k) product[row] += matrix[row * n_ + k] * vector[k];
    }
    return product;
  }

  void check_rows(const Matrix& c, std::span<const double> signs) const {
    const std::vector<double> expected = times(a_, times(b_, signs));
    const std::vector<double> got = times(c, signs);
    const auto n = static_cast<double>(n_);
    for (std::size_t row = 0; row < n_; ++row) {
      if (!(std::abs(got[row] - expected[row]) <= kTolerance * n * n)) blame_element(c, row);
    }
  }

  // The element of a wrong row that is farthest from its definition.
  [[noreturn]] void blame_element(const Matrix& c, std::size_t row) const {
    std::size_t worst = 0;
    double expected = 0;
    double distance = -1;
    for (std::size_t column = 0; column < n_; ++column) {
      double sum = 0;
      for (std::size_t k = 0; k < n_; ++k) sum += a_[row * n_ + k] * b_[k * n_ + column];
      const double off = std::abs(c[row * n_ + column] - sum);
      if (off <= distance) continue;
      distance = off;
      worst = row * n_ + column;
      expected = sum;
      if (!(off <= std::numeric_limits<double>::max())) break;  // infinite or not a number
    }
    std::ostringstream text;
    text << "element " << worst << ": expected " << expected << ", got " << c[worst];
    throw IntegrityError(text.str());
  }
};

struct Naive final : Matmul {
  using Matmul::Matmul;
  void run() override {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) {
        double sum = 0;
        for (std::size_t k = 0; k < n_; ++k) sum += a_[i * n_ + k] * b_[k * n_ + j];
        c_[i * n_ + j] = sum;
      }
    }
  }
};

class RowWise : public Matmul {
 public:
  using Matmul::Matmul;

 protected:
  // Adds row k of the right matrix, times a number, to row i of the product.
  void add_row(std::size_t i, std::size_t k) {
    const double factor = a_[i * n_ + k];
    for (std::size_t j = 0; j < n_; ++j) c_[i * n_ + j] += factor * b_[k * n_ + j];
  }
};

struct Swapped final : RowWise {
  using RowWise::RowWise;
  void run() override {
    std::ranges::fill(c_, 0);
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t k = 0; k < n_; ++k) add_row(i, k);
    }
  }
};

struct Blocked final : RowWise {
  using RowWise::RowWise;
  static constexpr std::size_t kRows = 4;
  void run() override {
    std::ranges::fill(c_, 0);
    for (std::size_t i = 0; i < n_; ++i) {
      std::size_t k = 0;
      for (; k + kRows <= n_; k += kRows) add_rows(&a_[i * n_ + k], &b_[k * n_], &c_[i * n_]);
      for (; k < n_; ++k) add_row(i, k);
    }
  }
  void add_rows(const double* factors, const double* rows, double* to) const {
    const double f0 = factors[0], f1 = factors[1], f2 = factors[2], f3 = factors[3];
    for (std::size_t j = 0; j < n_; ++j) {
      to[j] += f0 * rows[j] + f1 * rows[n_ + j] + f2 * rows[2 * n_ + j] + f3 * rows[3 * n_ + j];
    }
  }
};

class Blas : public Matmul {
 public:
  explicit Blas(const Setup& setup) : Matmul(setup), library_(OpenBlasLibrary::load()) {}

 protected:
  // Rows [first, last) of the product, on the calling thread.
  void multiply(std::size_t first, std::size_t last) {
    const auto n = static_cast<blasint>(n_);
    library_.dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, static_cast<blasint>(last - first), n, n, 1,
                   &a_[first * n_], n, b_.data(), n, 0, &c_[first * n_], n);
  }

 private:
  const OpenBlasLibrary& library_;
};

struct OpenBlas final : Blas {
  using Blas::Blas;
  void run() override { multiply(0, n_); }
};

// Threads of a pool that multiply rows of their own: OpenBLAS starts none itself (openblas.hpp).
struct OpenBlasThreads final : Blas {
  using Blas::Blas;
  unsigned threads_used() const override { return threads_; }
  void warm() override { wake_pool(threads_); }
  void run() override {
    on_pool(threads_, [this](std::size_t part) { multiply(n_ * part / threads_, n_ * (part + 1) / threads_); });
  }
};

constexpr Size kSizes[] = {
    {16, SizeClass::small}, {64, SizeClass::small}, {192, SizeClass::medium}, {384, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"naive", Level::baseline, "three loops: row, column, sum", "", "", make<Naive>},
    {"loop_order", Level::conservative, "the two inner loops swapped: all memory along rows", "",
     "sums rounded at each step in memory instead of a register", make<Swapped>},
    {"blocked", Level::conservative, "swapped, four rows of the right matrix at a time", "",
     "more code; sums in another order", make<Blocked>},
    {"openblas", Level::balanced, "cblas_dgemm on one thread", "libopenblas.so.0",
     "a library of 30 MB; sums in another order (within 1e-13 n)", make<OpenBlas>},
    {"openblas_threads", Level::balanced, "cblas_dgemm on rows of its own for each thread", "libopenblas.so.0, oneTBB",
     "the same, and threads", make<OpenBlasThreads>},
};

}  // namespace

const Problem& cpu_matmul() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "matmul",
      .title = "Multiply two square matrices of doubles",
      .unit = "rows",
      .bytes_per_unit = 3 * sizeof(double),
      .squared = true,
      .max_size = 2'048,
      .sizes = kSizes,
      .strategies = kStrategies,
      // Three matrices, and the copy of one in the check.
      .memory_bytes = [](std::size_t n) { return 4.0 * static_cast<double>(n * n) * sizeof(double); },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
