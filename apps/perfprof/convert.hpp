// SPDX-License-Identifier: Apache-2.0
// perfprof convert: a profile in the form of another tool.
#pragma once

#include <string>

#include "subcommands.hpp"

namespace perfprof {

class Convert final : public Subcommand {
 public:
  explicit Convert(CLI::App& program);
  [[nodiscard]] int run() override;

 private:
  std::string input_;
  std::string to_;
  std::string measure_;
};

}  // namespace perfprof
