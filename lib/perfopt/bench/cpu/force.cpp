// SPDX-License-Identifier: Apache-2.0
// Gravity on every body by every other: n * n interactions in single precision.
//
// The naive loop adds one interaction at a time, each addition waiting for the one before it, and the compiler may
// not reorder them. Vectors work on as many interactions as they have lanes, and with the approximate reciprocal
// root of the processor, sharpened by one Newton step, neither a root nor a division is left.
//
//   size    bodies; footprint 28 bytes each
//   check   each component within 1e-4 of a double reference, relative to the larger of its own size and the mean
//           of what is summed: the order of single-precision sums is not fixed
//   errors  std::bad_alloc if it does not fit
//   source  Nyland, Harris, Prins: Fast N-Body Simulation with CUDA, GPU Gems 3, 2007 (softened force, 20 flops)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "perfopt/bench/cpu/force.cpp"
#include <hwy/foreach_target.h>  // before highway.h: compiles this file once for each target
//
#include <hwy/highway.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "perfopt/bench/integrity.hpp"
#include "perfopt/bench/workload.hpp"
#include "perfopt/core/random.hpp"

#ifndef PERFOPT_BENCH_CPU_FORCE  // what the targets share
#define PERFOPT_BENCH_CPU_FORCE
namespace perfopt::bench {
namespace {

constexpr float kSoftening = 1e-3F;

// Filled up to a multiple of 64 with bodies without mass, so that vectors need no remainder.
struct Columns {
  std::size_t count = 0;
  std::vector<float> x, y, z, mass;
};

}  // namespace
}  // namespace perfopt::bench
#endif

HWY_BEFORE_NAMESPACE();
namespace perfopt::bench {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Tag = hn::ScalableTag<float>;
using Vec = hn::Vec<Tag>;

struct Exact {
  static Vec reciprocal_root(Tag d, Vec v) { return hn::Div(hn::Set(d, 1.0F), hn::Sqrt(v)); }
};

struct Newton {
  static Vec reciprocal_root(Tag d, Vec v) {
    const auto guess = hn::ApproximateReciprocalSqrt(v);
    const auto half = hn::Mul(hn::Mul(v, hn::Set(d, 0.5F)), guess);
    return hn::Mul(guess, hn::NegMulAdd(half, guess, hn::Set(d, 1.5F)));
  }
};

// out: x, y, z of each body in turn.
template <class Root>
void accelerate(const Columns& bodies, float* HWY_RESTRICT out) {
  const Tag d;
  const std::size_t padded = bodies.x.size();
  for (std::size_t i = 0; i < bodies.count; ++i) {
    const auto x = hn::Set(d, bodies.x[i]);
    const auto y = hn::Set(d, bodies.y[i]);
    const auto z = hn::Set(d, bodies.z[i]);
    auto ax = hn::Zero(d);
    auto ay = hn::Zero(d);
    auto az = hn::Zero(d);
    for (std::size_t j = 0; j < padded; j += hn::Lanes(d)) {
      const auto dx = hn::Sub(hn::LoadU(d, &bodies.x[j]), x);
      const auto dy = hn::Sub(hn::LoadU(d, &bodies.y[j]), y);
      const auto dz = hn::Sub(hn::LoadU(d, &bodies.z[j]), z);
      const auto square = hn::MulAdd(dx, dx, hn::MulAdd(dy, dy, hn::MulAdd(dz, dz, hn::Set(d, kSoftening))));
      const auto root = Root::reciprocal_root(d, square);
      const auto pull = hn::Mul(hn::Mul(hn::LoadU(d, &bodies.mass[j]), root), hn::Mul(root, root));
      ax = hn::MulAdd(pull, dx, ax);
      ay = hn::MulAdd(pull, dy, ay);
      az = hn::MulAdd(pull, dz, az);
    }
    out[3 * i] = hn::GetLane(hn::SumOfLanes(d, ax));
    out[3 * i + 1] = hn::GetLane(hn::SumOfLanes(d, ay));
    out[3 * i + 2] = hn::GetLane(hn::SumOfLanes(d, az));
  }
}

void accelerate_exact(const Columns& bodies, float* HWY_RESTRICT out) {
  accelerate<Exact>(bodies, out);
}
void accelerate_newton(const Columns& bodies, float* HWY_RESTRICT out) {
  accelerate<Newton>(bodies, out);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace perfopt::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace perfopt::bench {
namespace {

HWY_EXPORT(accelerate_exact);
HWY_EXPORT(accelerate_newton);

constexpr double kTolerance = 1e-4;
constexpr std::size_t kPadding = 64;  // the most lanes of single precision that any target has
// 3 subtractions, 3 + 3 multiply-adds, root, division, 3 multiplications.
constexpr double kFlops = 20;

struct Body {
  float x, y, z, mass;
};

class Force : public Workload {
 public:
  explicit Force(const Setup& setup) : accelerations_(3 * setup.size) {
    Random random(setup.seed);
    const auto next = [&random] { return static_cast<float>(random.unit()); };
    for (std::size_t i = 0; i < setup.size; ++i) {
      const float x = next(), y = next(), z = next();
      bodies_.push_back({x, y, z, 0.5F + next()});
    }
  }

  Work work() const final {
    const auto n = static_cast<double>(bodies_.size());
    return {n * n,
            n * sizeof(Body),
            {.limit = Limit::f32_flops,
             .units = kFlops * n * n,
             .working_set_bytes = bodies_.size() * (sizeof(Body) + 3 * sizeof(float))}};
  }
  void poison() final { std::ranges::fill(accelerations_, std::numeric_limits<float>::quiet_NaN()); }
  Output output() final { return approximate(Element::f32, std::span<const float>(accelerations_), kTolerance); }
  void check(const Output& result) const final {
    std::vector<double> reference(accelerations_.size());
    double pulls = 0;
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) pulls += add_pair(i, j, reference);
    }
    require_close(reference, result, pulls / static_cast<double>(bodies_.size()));
  }

 protected:
  std::vector<Body> bodies_;
  std::vector<float> accelerations_;

 private:
  // Returns how strongly the two pull at each other.
  double add_pair(std::size_t i, std::size_t j, std::vector<double>& to) const {
    const Body& a = bodies_[i];
    const Body& b = bodies_[j];
    const double d[3] = {double{b.x} - double{a.x}, double{b.y} - double{a.y}, double{b.z} - double{a.z}};
    const double square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + double{kSoftening};
    const double strength = 1 / (square * std::sqrt(square));
    for (std::size_t axis = 0; axis < 3; ++axis) {
      to[3 * i + axis] += double{b.mass} * strength * d[axis];
      to[3 * j + axis] -= double{a.mass} * strength * d[axis];
    }
    return (double{a.mass} + double{b.mass}) * strength * std::sqrt(square);
  }
};

struct Naive final : Force {
  using Force::Force;
  void run() override {
    for (std::size_t i = 0; i < bodies_.size(); ++i) {
      const Body& a = bodies_[i];
      float ax = 0, ay = 0, az = 0;
      for (const Body& b : bodies_) {
        const float dx = b.x - a.x, dy = b.y - a.y, dz = b.z - a.z;
        const float root = 1 / std::sqrt(dx * dx + dy * dy + dz * dz + kSoftening);
        const float pull = b.mass * root * root * root;
        ax += pull * dx;
        ay += pull * dy;
        az += pull * dz;
      }
      accelerations_[3 * i] = ax;
      accelerations_[3 * i + 1] = ay;
      accelerations_[3 * i + 2] = az;
    }
  }
};

class Vectors : public Force {
 public:
  explicit Vectors(const Setup& setup) : Force(setup) {
    const std::size_t padded = (setup.size + kPadding - 1) / kPadding * kPadding;
    columns_.count = setup.size;
    for (auto* column : {&columns_.x, &columns_.y, &columns_.z, &columns_.mass}) column->resize(padded);
    for (std::size_t i = 0; i < setup.size; ++i) {
      columns_.x[i] = bodies_[i].x;
      columns_.y[i] = bodies_[i].y;
      columns_.z[i] = bodies_[i].z;
      columns_.mass[i] = bodies_[i].mass;
    }
  }

 protected:
  Columns columns_;
};

struct Simd final : Vectors {
  using Vectors::Vectors;
  void run() override { HWY_DYNAMIC_DISPATCH(accelerate_exact)(columns_, accelerations_.data()); }
};

struct SimdNewton final : Vectors {
  using Vectors::Vectors;
  void run() override { HWY_DYNAMIC_DISPATCH(accelerate_newton)(columns_, accelerations_.data()); }
};

constexpr Size kSizes[] = {
    {16, SizeClass::small}, {128, SizeClass::small}, {512, SizeClass::medium}, {2'048, SizeClass::large}};
constexpr Strategy kStrategies[] = {
    {"scalar", Level::baseline, "two loops over an array of structs", "", "", make<Naive>},
    {"simd", Level::conservative, "four arrays, as many interactions at once as a vector has lanes",
     "Highway (any CPU: the best vector unit is chosen at run time)",
     "the layout of the data changes; sums in another order (within 1e-4 of double precision)", make<Simd>},
    {"simd_newton", Level::aggressive, "the same with the approximate reciprocal root and one Newton step",
     "Highway; pays where the processor has an approximate reciprocal root",
     "the last two of 24 bits of a root; sums in another order (within 1e-4 of double precision)", make<SimdNewton>},
};

}  // namespace

const Problem& cpu_force() {
  static constexpr Problem kProblem{
      .category = "cpu",
      .name = "force",
      .title = "Gravity between all pairs of bodies, single precision",
      .unit = "bodies",
      .bytes_per_unit = sizeof(Body),
      .squared = false,
      .max_size = 32'768,
      .sizes = kSizes,
      .strategies = kStrategies,
      // Bodies, columns, result, and the reference of the check in doubles.
      .memory_bytes =
          [](std::size_t n) {
            return static_cast<double>(n) * (2 * sizeof(Body) + 3 * sizeof(float) + 3 * sizeof(double)) +
                   4 * sizeof(float) * kPadding;
          },
      .file_bytes = [](std::size_t) { return 0.0; },
  };
  return kProblem;
}

}  // namespace perfopt::bench
#endif  // HWY_ONCE
