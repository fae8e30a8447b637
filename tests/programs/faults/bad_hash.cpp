// SPDX-License-Identifier: Apache-2.0
// A map of points whose hash has few values; clean: it mixes all bits.
#include <cstddef>
#include <cstdint>
#include <unordered_map>

#include "fault.hpp"

namespace {

struct Point {
  unsigned x;
  unsigned y;
  friend bool operator==(const Point&, const Point&) = default;
};

struct FewValues {
  std::size_t operator()(const Point& point) const { return (point.x + point.y) % 64; }
};
struct AllBits {
  std::size_t operator()(const Point& point) const {
    return static_cast<std::size_t>((std::uint64_t{point.x} << 32U | point.y) * 0x9E3779B97F4A7C15U >> 20U);
  }
};

template <class Hash>
[[gnu::noinline]] unsigned long long visit(unsigned long long x) {
  static std::unordered_map<Point, unsigned, Hash> visits;
  for (int i = 0; i < 20000; ++i) {
    x = fault::crunch(x, 5);
    visits[Point{static_cast<unsigned>(x >> 57U), static_cast<unsigned>(x >> 40U) & 63U}] += 1;
  }
  return visits.size();
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long sum = 1;
  while (run.goes_on()) sum += run.clean() ? visit<AllBits>(sum) : visit<FewValues>(sum);
  return fault::Run::done(sum);
}
