// SPDX-License-Identifier: Apache-2.0
// A whole command of a given length: verdict_command UNITS
//
// A unit is about a microsecond of dependent arithmetic and of a walk through 1 MiB that the command fills first.
// Prints what it computed. Exit code: 0; 2 when UNITS is no number.
#include <charconv>
#include <cstdint>
#include <iostream>
#include <string_view>
#include <vector>

namespace {

constexpr std::size_t kWords = 1U << 17U;
constexpr int kStepsOfUnit = 200;

std::uint64_t work(std::uint64_t units) {
  std::vector<std::uint64_t> words(kWords, 1);
  std::uint64_t x = 1;
  for (std::uint64_t unit = 0; unit < units; ++unit) {
    for (int step = 0; step < kStepsOfUnit; ++step) x = x * 6364136223846793005U + 1442695040888963407U;
    words[(x >> 40U) % kWords] += x;
  }
  return words[0] + x;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view text = argc == 2 ? argv[1] : "";
  std::uint64_t units = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), units);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) {
    std::cerr << "usage: verdict_command UNITS\n";
    return 2;
  }
  std::cout << work(units) << '\n';
}
