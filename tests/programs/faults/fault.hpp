// SPDX-License-Identifier: Apache-2.0
// The frame of a program with one planted fault: `NAME` has the fault, `NAME --clean` does the same work without it.
// Each works in rounds until its time is over (the argument after those, 1.5 s), so that both run equally long.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace fault {

class Run {
 public:
  Run(int argc, char** argv) {
    double seconds = 1.5;
    for (int i = 1; i < argc; ++i) {
      if (std::string_view(argv[i]) == "--clean") {
        clean_ = true;
      } else {
        seconds = std::strtod(argv[i], nullptr);
      }
    }
    length_ = std::chrono::duration<double>(seconds);
  }

  [[nodiscard]] bool clean() const { return clean_; }
  // The time is not over.
  [[nodiscard]] bool goes_on() const { return std::chrono::steady_clock::now() - start_ < length_; }
  // Of the time that is given, this part is over.
  [[nodiscard]] double part() const { return (std::chrono::steady_clock::now() - start_) / length_; }
  // What was computed must be used.
  static int done(unsigned long long result) { return std::printf("%llu\n", result) > 0 ? 0 : 1; }

 private:
  bool clean_ = false;
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::duration<double> length_{};
};

// Some work of the program itself, so that no fault is all there is: a step of a pseudo-random sequence, many times.
[[gnu::noinline]] inline unsigned long long crunch(unsigned long long x, int steps) {
  for (int i = 0; i < steps; ++i) x = x * 6364136223846793005ULL + 1442695040888963407ULL + (x >> 33U);
  return x;
}

}  // namespace fault
