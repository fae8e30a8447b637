// SPDX-License-Identifier: Apache-2.0
#include "perfopt/bench/limit_kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "perfopt/bench/limit_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace perfopt::bench::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::uint64_t ReadWords(const std::uint64_t* HWY_RESTRICT words, std::size_t count) {
  const hn::ScalableTag<std::uint64_t> d;
  const std::size_t lanes = hn::Lanes(d);
  auto a = hn::Zero(d);
  auto b = a;
  auto c = a;
  auto e = a;
  std::size_t i = 0;
  for (; i + 4 * lanes <= count; i += 4 * lanes) {
    a = hn::Add(a, hn::LoadU(d, words + i));
    b = hn::Add(b, hn::LoadU(d, words + i + lanes));
    c = hn::Add(c, hn::LoadU(d, words + i + 2 * lanes));
    e = hn::Add(e, hn::LoadU(d, words + i + 3 * lanes));
  }
  std::uint64_t sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(a, b), hn::Add(c, e))));
  for (; i < count; ++i) sum += words[i];
  return sum;
}

// Twelve chains hide the latency of four cycles on two or three units.
template <class T>
double MultiplyAdd(std::size_t rounds, double& sink) {
  const hn::ScalableTag<T> d;
  const auto factor = hn::Set(d, static_cast<T>(0.999));
  const auto term = hn::Set(d, static_cast<T>(0.001));
  auto a0 = hn::Set(d, static_cast<T>(1));
  auto a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0, a8 = a0, a9 = a0, a10 = a0, a11 = a0;
  for (std::size_t i = 0; i < rounds; ++i) {
    a0 = hn::MulAdd(a0, factor, term);
    a1 = hn::MulAdd(a1, factor, term);
    a2 = hn::MulAdd(a2, factor, term);
    a3 = hn::MulAdd(a3, factor, term);
    a4 = hn::MulAdd(a4, factor, term);
    a5 = hn::MulAdd(a5, factor, term);
    a6 = hn::MulAdd(a6, factor, term);
    a7 = hn::MulAdd(a7, factor, term);
    a8 = hn::MulAdd(a8, factor, term);
    a9 = hn::MulAdd(a9, factor, term);
    a10 = hn::MulAdd(a10, factor, term);
    a11 = hn::MulAdd(a11, factor, term);
  }
  const auto low = hn::Add(hn::Add(hn::Add(a0, a1), hn::Add(a2, a3)), hn::Add(a4, a5));
  const auto high = hn::Add(hn::Add(hn::Add(a6, a7), hn::Add(a8, a9)), hn::Add(a10, a11));
  sink += static_cast<double>(hn::GetLane(hn::SumOfLanes(d, hn::Add(low, high))));
  return 12.0 * 2.0 * static_cast<double>(hn::Lanes(d)) * static_cast<double>(rounds);
}

double MultiplyAddF32(std::size_t rounds, double& sink) {
  return MultiplyAdd<float>(rounds, sink);
}
double MultiplyAddF64(std::size_t rounds, double& sink) {
  return MultiplyAdd<double>(rounds, sink);
}

}  // namespace perfopt::bench::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace perfopt::bench {

HWY_EXPORT(ReadWords);
HWY_EXPORT(MultiplyAddF32);
HWY_EXPORT(MultiplyAddF64);

std::uint64_t read_words(const std::uint64_t* words, std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(ReadWords)(words, count);
}
double multiply_add_f32(std::size_t rounds, double& sink) {
  return HWY_DYNAMIC_DISPATCH(MultiplyAddF32)(rounds, sink);
}
double multiply_add_f64(std::size_t rounds, double& sink) {
  return HWY_DYNAMIC_DISPATCH(MultiplyAddF64)(rounds, sink);
}

}  // namespace perfopt::bench
#endif
