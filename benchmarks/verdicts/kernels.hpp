// SPDX-License-Identifier: Apache-2.0
// The bodies of the verdict programs: nine kinds of work whose amount is set in hundredths.
//
// run(percent) does `percent` hundredths of the work of run(100): units of one size, so that 101 is 1 % more, in
// instructions exactly (work.py counts them) and in time as nearly as the machine's is linear. Inputs have a fixed
// seed. The amount is an argument and no constant of the kernel: all programs have the same code, and nothing but one
// number in their data tells them apart. A body takes 20 us to 1 ms. One thread.
#pragma once

#include <span>
#include <string_view>

namespace perfopt::verdicts {

class Kernel {
 public:
  Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  virtual ~Kernel() = default;
  virtual void run(int percent) = 0;
};

struct NamedKernel {
  std::string_view name;
  Kernel& (*instance)();  // made when it is first asked for; throws std::system_error where a file cannot be made
};

[[nodiscard]] std::span<const NamedKernel> all_kernels();

}  // namespace perfopt::verdicts
