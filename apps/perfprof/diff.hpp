// SPDX-License-Identifier: Apache-2.0
// perfprof diff: which functions have another share in one profile than in another?
#pragma once

#include <string>

#include "subcommands.hpp"

namespace perfprof {

class Diff final : public Subcommand {
 public:
  explicit Diff(CLI::App& program);
  [[nodiscard]] int run() override;

 private:
  std::string base_;
  std::string changed_;
  std::string measure_;
  std::string top_ = "10";
  std::string fail_on_;
  std::string report_;
};

}  // namespace perfprof
