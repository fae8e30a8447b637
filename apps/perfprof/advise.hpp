// SPDX-License-Identifier: Apache-2.0
// perfprof advise: what to do first, from recorded profiles.
#pragma once

#include <string>
#include <vector>

#include "subcommands.hpp"

namespace perfprof {

class Advise final : public Subcommand {
 public:
  explicit Advise(CLI::App& program);
  [[nodiscard]] int run() override;

 private:
  std::vector<std::string> inputs_;
};

}  // namespace perfprof
