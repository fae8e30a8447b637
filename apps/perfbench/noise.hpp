// SPDX-License-Identifier: Apache-2.0
// perfbench noise: how fine a verdict does this machine allow, and what to change?
#pragma once

#include <string>

#include "subcommands.hpp"

namespace perfbench {

class Noise final : public Subcommand {
 public:
  explicit Noise(CLI::App& program);
  [[nodiscard]] int run() override;

 private:
  std::string max_time_ = "15s";
  bool no_keep_ = false;
};

}  // namespace perfbench
