// SPDX-License-Identifier: Apache-2.0
// Distinct values: looked for in a vector, from its beginning each time; clean: in a hash set.
#include <algorithm>
#include <unordered_set>
#include <vector>

#include "fault.hpp"

namespace {

[[gnu::noinline]] std::size_t distinct_by_search(const std::vector<unsigned>& values) {
  std::vector<unsigned> seen;
  for (const unsigned value : values) {
    if (std::find(seen.begin(), seen.end(), value) == seen.end()) seen.push_back(value);
  }
  return seen.size();
}

[[gnu::noinline]] std::size_t distinct_by_set(const std::vector<unsigned>& values) {
  std::unordered_set<unsigned> seen;
  seen.reserve(values.size());
  for (const unsigned value : values) seen.insert(value);
  return seen.size();
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  unsigned long long x = 1;
  while (run.goes_on()) {
    std::vector<unsigned> values(8000);
    for (unsigned& value : values) value = static_cast<unsigned>((x = fault::crunch(x, 50)) >> 40U);
    x += run.clean() ? distinct_by_set(values) : distinct_by_search(values);
  }
  return fault::Run::done(x);
}
