// SPDX-License-Identifier: Apache-2.0
// A point on the heap for each step; clean: on the stack.
#include <memory>

#include "fault.hpp"

namespace {

struct Point {
  double x;
  double y;
};

[[gnu::noinline]] std::unique_ptr<Point> next_on_heap(const Point& from, double step) {
  return std::make_unique<Point>(Point{from.x + step, from.y - step});
}

[[gnu::noinline]] Point next(const Point& from, double step) {
  return {from.x + step, from.y - step};
}

[[gnu::noinline]] double walk_heap(int steps) {
  auto at = std::make_unique<Point>(Point{0, 0});
  for (int i = 0; i < steps; ++i) at = next_on_heap(*at, i * 0.5);
  return at->x;
}

[[gnu::noinline]] double walk(int steps) {
  Point at{0, 0};
  for (int i = 0; i < steps; ++i) at = next(at, i * 0.5);
  return at.x;
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  double sum = 0;
  while (run.goes_on()) sum += run.clean() ? walk(100000) : walk_heap(100000);
  return fault::Run::done(sum > 0 ? 1 : 0);
}
