// SPDX-License-Identifier: Apache-2.0
// A large buffer taken from the system for each image; clean: one that is kept.
#include <cstring>
#include <vector>

#include "fault.hpp"

namespace {

constexpr std::size_t kBytes = std::size_t{48} << 20U;

[[gnu::noinline]] unsigned long long blur(std::vector<unsigned char>& image, unsigned long long x) {
  for (std::size_t i = 0; i < image.size(); i += 512) x += image[i] = static_cast<unsigned char>(x + i);
  return x;
}

[[gnu::noinline]] unsigned long long with_new_buffer(unsigned long long x) {
  std::vector<unsigned char> image(kBytes);
  return blur(image, x);
}

}  // namespace

int main(int argc, char** argv) {
  const fault::Run run(argc, argv);
  std::vector<unsigned char> kept(run.clean() ? kBytes : 0);
  unsigned long long x = 1;
  while (run.goes_on()) x = fault::crunch(run.clean() ? blur(kept, x) : with_new_buffer(x), 100000);
  return fault::Run::done(x);
}
